import { visible } from '../state/visible-characters.ts';

/** A feature's name; white space that can be seen where it is nothing else. */
export const featureName = (feature: string) => (feature.trim() ? feature : visible(feature));
