import type { FastifySchemaCompiler } from 'fastify';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import type { TSchema } from 'typebox';
import { ApiError } from '../errors.js';
import { inspectJson } from './json-shape.js';

/** Enough to mend a request by; a body of a thousand wrong fields need not answer a thousand lines. */
const MAX_TOLD_ERRORS = 10;
/** Longest field name of a caller that is repeated to it. */
const MAX_TOLD_NAME = 64;

export interface FieldProblem {
  /** E.g. `body/filters/sourceType`. */
  readonly field: string;
  readonly problem: string;
}

/**
 * Checks requests against their schemas. Parameters and query strings are converted from text first, bodies are taken
 * as they are: `"5"` is not a number. Errors: `VALIDATION_FAILED` naming each field and what is allowed there, never a
 * value; `JSON_TOO_DEEP`.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  const validator = Compile(schema);
  return (value: unknown) => {
    const shape = inspectJson(value);
    if (shape === 'too_deep') return { error: new ApiError('JSON_TOO_DEEP') };
    if (shape === 'unstorable_text') {
      return {
        error: validationFailed([{ field: httpPart, problem: 'text must be valid Unicode without NUL characters' }]),
      };
    }
    const converted = httpPart === 'body' ? value : validator.Convert(value);
    if (validator.Check(converted)) return { value: converted };
    return { error: validationFailed(tellProblems({ errors: validator.Errors(converted), schema, httpPart })) };
  };
};

export function validationFailed(problems: readonly FieldProblem[]): ApiError {
  const explanation = problems.map(({ field, problem }) => `${field} ${problem}.`).join(' ');
  return new ApiError('VALIDATION_FAILED', { explanation, details: { fields: problems } });
}

function tellProblems(input: {
  errors: readonly TLocalizedValidationError[];
  schema: TSchema;
  httpPart: string;
}): FieldProblem[] {
  const { errors, schema, httpPart } = input;
  const alternatives = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath);
  return (
    errors
      // An unknown field is told once, by the object that does not take it.
      .filter((error) => error.keyword !== 'boolean')
      // Of a choice of shapes the choice is told, unless something inside one of the shapes says more.
      .filter(
        (error) => error.keyword === 'anyOf' || error.keyword === 'enum' || !alternatives.includes(error.instancePath),
      )
      .filter((error) => error.keyword !== 'anyOf' || !errors.some((other) => saysMore(other, error)))
      .slice(0, MAX_TOLD_ERRORS)
      .map((error) => ({ field: `${httpPart}${shorten(error.instancePath)}`, problem: problemOf(error, schema) }))
  );
}

function saysMore(other: TLocalizedValidationError, choice: TLocalizedValidationError): boolean {
  return (
    (other.keyword === 'enum' && other.instancePath === choice.instancePath) ||
    other.instancePath.startsWith(`${choice.instancePath}/`)
  );
}

function problemOf(error: TLocalizedValidationError, schema: TSchema): string {
  if (error.keyword === 'required') return `must have ${error.params.requiredProperties.join(', ')}`;
  if (error.keyword === 'enum') return `must be one of ${error.params.allowedValues.join(', ')}`;
  if (error.keyword === 'format') {
    return error.params.format === 'date' ? 'must be a day, as 2024-12-01' : `must be a ${error.params.format}`;
  }
  const { description } = schemaAt(schema, error.schemaPath);
  const told = typeof description === 'string' ? description.replace(/\.$/, '') : null;
  if (error.keyword === 'pattern') {
    return `must match ${String(error.params.pattern)}${told === null ? '' : ` (${told})`}`;
  }
  if (error.keyword === 'anyOf') return `must be ${told ?? 'one value, or a list of such values'}`;
  if (error.keyword !== 'additionalProperties') return error.message;
  const unknown = error.params.additionalProperties.slice(0, MAX_TOLD_ERRORS).map(shorten).join(', ');
  const known = Object.keys(propertiesAt(schema, error.schemaPath)).join(', ');
  return `does not take ${unknown}; it takes ${known || 'nothing'}`;
}

/** Properties of the object schema at a path such as `#/properties/filters`. */
function propertiesAt(schema: TSchema, schemaPath: string): object {
  const { properties } = schemaAt(schema, schemaPath);
  return typeof properties === 'object' && properties !== null ? properties : {};
}

/** The schema at a path such as `#/properties/filters`; an empty one where there is none. */
function schemaAt(schema: TSchema, schemaPath: string): Record<string, unknown> {
  let at: unknown = schema;
  for (const step of schemaPath.split('/').slice(1)) {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  }
  return typeof at === 'object' && at !== null ? (at as Record<string, unknown>) : {};
}

function shorten(name: string): string {
  return name.length > MAX_TOLD_NAME ? `${name.slice(0, MAX_TOLD_NAME)}…` : name;
}
