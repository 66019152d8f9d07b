import { ChildProcessDocumentReader } from '../../infra/readers/child-process-document-reader.js';
import { describeDocumentReader } from './document-reader.contract.js';

describeDocumentReader('child processes', () => new ChildProcessDocumentReader());
