import type { DocumentMetadata } from '../../../core/reading/reading.js';
import { allNodes, firstNode, lineOf, xmlNodes } from '../archive/xml-nodes.js';
import type { Archive } from '../archive/open-archive.js';

/** What programs put in when nobody gave a title. */
const NO_TITLE = /^(?:untitled|document ?\d*|slide ?\d*|powerpoint presentation|microsoft (?:word|powerpoint) - .*)$/i;

/** Title and authors of `docProps/core.xml`. When a file was made and saved says nothing of when it was published. */
export async function officeMetadata(archive: Archive): Promise<DocumentMetadata> {
  const core = await archive.text('docProps/core.xml');
  if (core === null) return {};
  const tree = xmlNodes(core);
  const title = lineOf(firstNode(tree, 'title'));
  const authors = allNodes(tree, 'creator').flatMap((node) => lineOf(node)?.split(/\s*;\s*/) ?? []);
  return {
    ...(title !== undefined && !NO_TITLE.test(title) ? { title } : {}),
    ...(authors.length > 0 ? { authors } : {}),
  };
}
