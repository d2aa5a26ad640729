import { CONNECT_OPERATIONS } from './connect-operations.ts';
import { ENGINE_OPERATIONS } from './engine-operations.ts';
import { MODEL_MANAGE_OPERATIONS } from './model-manage-operations.ts';
import type { Operation } from './operation.ts';

/** What is known of each path and method that the server has. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...CONNECT_OPERATIONS,
  ...MODEL_MANAGE_OPERATIONS,
  ...ENGINE_OPERATIONS,
};
