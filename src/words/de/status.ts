// German: the status line.
import type { status as english } from '../en/status';
import { count, fixed, percent } from '../numbers';
import { units } from './units';

export const status: typeof english = {
  languages: { en: 'English', de: 'Deutsch' },
  stopped: 'Engine steht still',
  starting: 'Engine startet …',
  speed: (imagesPerSecond: number) => `${count(imagesPerSecond)} Bilder/s`,
  workers: (workers: number, gain: number | null) =>
    `${count(workers)} Worker${gain === null ? '' : `, ${fixed(gain, 1)}-mal so schnell wie einer`}`,
  fewerWorkers: (workers: number, wanted: number, why: string, detail?: string) =>
    `${count(workers)} von ${count(wanted)} Workern: ${why}${detail === undefined ? '' : ` (${detail})`}`,
  workerLost: {
    'not started': 'einer ließ sich nicht starten',
    'script not loaded': 'das Skript von einem wurde nicht geladen',
    'no backend': 'einer konnte sein Backend nicht öffnen',
    silent: 'einer antwortete nicht mehr',
    failed: 'bei einem trat ein Fehler auf',
    unreadable: 'eine Nachricht von einem war nicht lesbar',
    ended: 'einer hat sich beendet',
  },
  workersDoing: (doing: readonly ('starting' | 'idle' | 'working' | 'given up')[]) => {
    const words = { starting: 'startet', idle: 'wartet', working: 'rechnet', 'given up': 'aufgegeben' };
    return doing.map((state, i) => `Worker ${i + 2}: ${words[state]}`).join('\n');
  },
  engines: 'Rechnet mit',
  automatic: (found: string) => `automatisch (${found})`,
  unmeasured: 'wird in Ruhe gemessen',
  engine: (backend: string, workers: number) => (workers === 1 ? backend : `${backend}, ${count(workers)} Worker`),
  laterEngine: (found: string) => `ab dem nächsten Besuch ${found}`,
  nothing: { images: 'keine Bilder: nichts wird gemessen', weights: 'keine Gewichte: nichts wird gemessen' },
  noWasm: (reason: string) => `langsam: WebAssembly ist nicht verfügbar (${reason})`,
  loading: (what: string, done?: string, total?: string) => {
    if (done === undefined) return what;
    return total === undefined ? `${what}: ${done}` : `${what}: ${done} von ${total}`;
  },
  measuring: (config: string, from: number, to: number) => `misst ${config}: ${count(from)} → ${count(to)} Bilder`,
  sensitivity: (done: number, total: number) => `Empfindlichkeit ${count(done)} von ${total > 0 ? count(total) : '…'}`,
  codes: (done: number, total: number) => `Codes ${count(done)} von ${total > 0 ? count(total) : '…'}`,
  noEstimates: 'noch keine Schätzungen',
  unchecked: '~ Schätzungen noch ungeprüft: zu wenige gemessene Konfigurationen',
  unreliable: (rho: number) =>
    `Schätzungen ausgeblendet: sie ordnen Konfigurationen nicht verlässlich (ρ = ${fixed(rho, 2)})`,
  error: (error: number) => `~ 2 von 3 Schätzungen auf ${percent(error)} Punkte genau`,
  reliable: (rho: number) => `Schätzungen ordnen Konfigurationen verlässlich (ρ = ${fixed(rho, 2)})`,
  training: (paused: boolean, step: number, steps: number, imagesPerSecond: number, secondsLeft: number) =>
    `Training ${paused ? 'pausiert bei ' : ''}${count(step)} von ${count(steps)} · ${count(imagesPerSecond)} Bilder/s · noch ${units.duration(secondsLeft)}`,
  searchState: {
    queued: 'wartet',
    running: 'läuft',
    pausing: 'wird pausiert',
    paused: 'pausiert',
    done: 'fertig',
    stopped: 'angehalten',
    failed: 'fehlgeschlagen',
    // The reason behind it says that its settings cannot be met.
    refused: 'fehlgeschlagen',
  },
  used: (used: number) => `${count(Math.floor(Math.min(1, used) * 100))} %`,
  searching: (method: string, used: string, state: string) => `Suche ${method} ${used} · ${state}`,
  roomMeasures: (configs: number) => `misst für den Raum: ${count(configs)}`,
  licenses: 'Lizenzen',
};
