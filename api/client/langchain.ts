/** The entry point `medindex/langchain`. */
export { type ClientOptions, MedindexClient } from './client.js';
export type { MedindexMetadata } from './langchain/documents.js';
export { MedindexRetriever, type MedindexRetrieverInput } from './langchain/retriever.js';
export { MedindexVectorStore, type MedindexVectorStoreInput, ReadsOnly } from './langchain/vector-store.js';
