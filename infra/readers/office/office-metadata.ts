import { guidelineFacts } from '../../../core/reading/facts/guideline-facts.js';
import { isPlaceholderAuthor } from '../../../core/reading/facts/placeholder-author.js';
import { isPlaceholderTitle } from '../../../core/reading/facts/placeholder-title.js';
import type { DocumentMetadata } from '../../../core/contract/reading.js';
import { allNodes, firstNode, lineOf, xmlNodes, type XmlNode } from '../archive/xml-nodes.js';
import type { Archive } from '../archive/open-archive.js';

/**
 * Title and authors of `docProps/core.xml`; issuer, edition, effective date and predecessors from the properties that
 * people define themselves (`docProps/custom.xml`), the version of the former, and the company of `docProps/app.xml`.
 * When a file was made and saved says nothing of when it was published.
 */
export async function officeMetadata(archive: Archive): Promise<DocumentMetadata> {
  const tree = async (name: string): Promise<XmlNode | undefined> => {
    const xml = await archive.text(name);
    return xml === null ? undefined : xmlNodes(xml);
  };
  const core = await tree('docProps/core.xml');
  const title = core && lineOf(firstNode(core, 'title'));
  const authors = core ? allNodes(core, 'creator').flatMap((node) => lineOf(node)?.split(/\s*;\s*/) ?? []) : [];
  const people = authors.filter((author) => !isPlaceholderAuthor(author));
  const custom = await tree('docProps/custom.xml');
  const app = await tree('docProps/app.xml');
  return {
    ...(title !== undefined && !isPlaceholderTitle(title) ? { title } : {}),
    ...(people.length > 0 ? { authors: people } : {}),
    ...guidelineFacts([
      ...(custom ? allNodes(custom, 'property').map(propertyOf) : []),
      ['version', textsOf(core && firstNode(core, 'version'))],
      ['company', textsOf(app && firstNode(app, 'Company'))],
    ]),
  };
}

function propertyOf(node: XmlNode): [name: string, values: string[]] {
  return [node.attributes['name'] ?? '', textsOf(node)];
}

function textsOf(node: XmlNode | undefined): string[] {
  return node === undefined ? [] : [node.text];
}
