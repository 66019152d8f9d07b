import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../core/contract/search-attributes.js';

/** The typed keys of core/contract/search-attributes.ts. */
export const searchAttribute = {
  organization: defineSearchAttributeKey(SEARCH_ATTRIBUTES.organization, SearchAttributeType.KEYWORD),
  collection: defineSearchAttributeKey(SEARCH_ATTRIBUTES.collection, SearchAttributeType.KEYWORD),
  sourceType: defineSearchAttributeKey(SEARCH_ATTRIBUTES.sourceType, SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey(SEARCH_ATTRIBUTES.stage, SearchAttributeType.KEYWORD),
  phiStatus: defineSearchAttributeKey(SEARCH_ATTRIBUTES.phiStatus, SearchAttributeType.KEYWORD),
  pages: defineSearchAttributeKey(SEARCH_ATTRIBUTES.pages, SearchAttributeType.INT),
};
