// German: what the page says of measurements: of the config on the faders, of series, of the sensitivity table.
import type { measuring as english } from '../en/measuring';
import { count, percent } from '../numbers';

export const measuring: typeof english = {
  thisConfig: 'diese Konfiguration',
  configBy: (config: string, quantizer: string) => `${config}, ${quantizer}`,
  done: (accuracy: number, n: number) => `Gemessen: ${percent(accuracy)} Prozent von ${count(n)} Testbildern.`,
  failed: (why: string) => `Die Konfiguration konnte nicht gemessen werden: ${why}`,
  failedOf: (config: string, why: string) => `Messung fehlgeschlagen, ${config}: ${why}`,
  series: (measured: number, of: number) => `${count(measured)} von ${count(of)} Konfigurationen gemessen.`,
  sensitivity: 'Die Empfindlichkeit jeder Schicht ist gemessen; Schätzungen richten sich jetzt danach.',
  noSensitivity: (why: string) => `Die Empfindlichkeitstabelle konnte nicht gemessen werden: ${why}`,
  noPictures: (why: string) => `Testbilder konnten nicht gelesen werden: ${why}`,
  noShipped: (why: string) => `Die vorberechneten Messungen konnten nicht geladen werden: ${why}`,
  noComparison: (why: string) => `Der vorberechnete Vergleich der Quantisierer konnte nicht geladen werden: ${why}`,
};
