/** Names of a finding. */
interface Named {
  readonly feature: string;
  readonly layer: string;
  readonly quantity: string;
  readonly unit: number;
}

/** Key of a finding, equal at every step. */
export const findingKey = ({ feature, layer, quantity, unit }: Named): string =>
  JSON.stringify([feature, layer, quantity, unit]);
