export { command } from '../model/scale.ts';
