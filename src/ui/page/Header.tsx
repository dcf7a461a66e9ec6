// The top bar: what is loaded and how it is quantized, undo and redo, ways to the panels, the theme.
import { type ReactNode, useState } from 'react';
import { widthRangeOf } from '../../policy/widths';
import { pairedScheme } from '../../quant/comparison';
import type { Granularity, GranularityKind } from '../../quant/quantizer';
import { type QuantizerId, quantizers } from '../../quant/registry';
import { networkLabel } from '../../store/network/own';
import { chooseNetwork } from '../../store/network/session';
import { setScheme } from '../../store/policy/scheme';
import { isHidden } from '../../store/state/shared';
import { askForNetwork, openExports, openImages, setProjected } from '../../store/state/view';
import { said } from '../../words/en/declared';
import { names } from '../../words/en/names';
import { page } from '../../words/en/page';
import { sharing } from '../../words/en/sharing';
import { units } from '../../words/en/units';
import { type AnyNetworkId, isZooNetwork, type NetworkId, networks } from '../../zoo/registry';
import { classes } from '../parts/classes';
import { goTo } from '../parts/goTo';
import { Icon } from '../parts/Icon';
import { Menu } from '../parts/Menu';
import { Select } from '../parts/Select';
import selectStyles from '../parts/Select.module.css';
import { Tooltip, tip } from '../parts/Tooltip';
import { useDesk, useMedia, usePhone } from '../parts/useDesk';
import { ImproveRounding } from '../rounding/ImproveRounding';
import styles from './Header.module.css';
import { History, UndoButtons } from './History';
import { Rounding } from './Rounding';
import { Share } from './Share';

const ZOO = Object.keys(networks) as NetworkId[];
/** The quantizers, with the widths they have where those are not all. */
const quantizerOptions = () =>
  (Object.keys(quantizers) as QuantizerId[]).map((value) => {
    const { label, summary } = quantizers[value];
    const [min, max] = widthRangeOf({ quantizer: value, granularity: 'tensor' }, 'weights');
    const all = min === 1 && max === 8;
    return {
      value,
      label: all ? said(label) : page.quantizerFor(said(label), units.widthRange([min, max])),
      hint: said(summary),
    };
  });
const GRANULARITIES: Readonly<Record<GranularityKind, Granularity>> = {
  tensor: 'tensor',
  channel: 'channel',
  block: 'block:32',
};
/** The granularity at hand if the quantizer has it, else its own first; one made for blocks starts with blocks. */
function granularityFor(id: QuantizerId, current: Granularity): Granularity {
  const [first, ...others] = quantizers[id].granularities;
  const kept = first !== 'block' && [first, ...others].some((kind) => GRANULARITIES[kind] === current);
  return kept ? current : GRANULARITIES[first];
}

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

function ThemeMenu(): ReactNode {
  const [theme, setTheme] = useState<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? 'auto');
  function choose(chosen: Theme): void {
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem('fewbits.theme', chosen);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    setTheme(chosen);
  }
  return (
    <Menu
      label={page.theme}
      tip={page.themeTip}
      options={THEMES.map((value) => ({ value, label: page.themes[value] }))}
      value={theme}
      onChange={choose}
    >
      <Icon name="theme" />
    </Menu>
  );
}

function ChosenNetwork(): ReactNode {
  const network = useDesk((state) => state.networkId);
  const datasetId = useDesk((state) => state.datasetId);
  const dataset = useDesk((state) => state.dataset);
  const training = useDesk((state) => state.trainingActive);
  const own = useDesk((state) => state.ownNetworks);
  const closed = useDesk((state) => isHidden(state, 'import'));
  const options: { value: AnyNetworkId | 'bring'; label: string; hint: string }[] = [
    ...ZOO.map((value) => ({ value, label: networks[value].label, hint: said(networks[value].summary) })),
    ...own.map(({ id, label }) => ({ value: id, label, hint: page.imported })),
    ...(isZooNetwork(network) || own.some(({ id }) => id === network)
      ? []
      : [{ value: network, label: networkLabel(network), hint: page.notHere }]),
    ...(closed ? [] : [{ value: 'bring' as const, label: page.ownNetwork, hint: page.ownNetworkHint }]),
  ];
  return (
    <>
      <Select
        beside
        label={page.network}
        options={options}
        value={network}
        disabled={training}
        onChange={(id) => (id === 'bring' ? askForNetwork() : void chooseNetwork(id))}
      />
      <button
        type="button"
        className={classes(selectStyles.picker, styles.picked)}
        aria-haspopup="dialog"
        disabled={training}
        onClick={openImages}
      >
        <span>{page.images}</span> {dataset?.label ?? page.datasets[datasetId]}
      </button>
    </>
  );
}

function ChosenRounding(): ReactNode {
  const { quantizer, granularity } = useDesk((state) => state.scheme);
  return (
    <>
      <Select
        beside
        label={page.quantizer}
        options={quantizerOptions()}
        value={quantizer}
        onChange={(id) => setScheme(pairedScheme(id, granularityFor(id, granularity)))}
      />
      <Rounding />
      <ImproveRounding />
    </>
  );
}

function Loaded(): ReactNode {
  const networkHidden = useDesk((state) => isHidden(state, 'network'));
  const optionsHidden = useDesk((state) => isHidden(state, 'options'));
  return (
    <>
      {!networkHidden && <ChosenNetwork />}
      {!optionsHidden && <ChosenRounding />}
    </>
  );
}

function Export(): ReactNode {
  const hidden = useDesk((state) => isHidden(state, 'export'));
  const loaded = useDesk((state) => state.network !== null);
  if (hidden) return null;
  return (
    <button type="button" aria-haspopup="dialog" disabled={!loaded} onClick={openExports}>
      <Icon name="export" />
      <span className={styles.word}>{page.export}</span>
    </button>
  );
}

/** The page's banner. */
export function Header({ onHelp }: { readonly onHelp: () => void }): ReactNode {
  const phone = usePhone();
  const roomy = useMedia('(min-width: 1100px)');
  const [setup, setSetup] = useState(false);
  return (
    <header className={styles.top}>
      <div className={styles.logo}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M2 11h3v8H2zM7 2h3v17H7zM12 7h3v12h-3zM17 13h3v6h-3z" />
        </svg>
        <h1>{page.name}</h1>
        <p>{page.tagline}</p>
      </div>
      {!phone && <Loaded />}
      <span className={styles.spring} />
      <UndoButtons />
      {!phone && <History />}
      {!phone && (
        <button type="button" onClick={() => goTo('learn')}>
          <Icon name="learn" />
          <span className={styles.word}>{names.learn}</span>
        </button>
      )}
      <Share />
      {!phone && <Export />}
      {phone ? (
        <button type="button" aria-expanded={setup} aria-controls="setup" onClick={() => setSetup(!setup)}>
          {page.setup}
        </button>
      ) : (
        <>
          {roomy && (
            <button
              type="button"
              aria-label={sharing.projector}
              {...tip(sharing.projectorTip)}
              onClick={() => setProjected(true)}
            >
              <Icon name="projector" />
            </button>
          )}
          <ThemeMenu />
        </>
      )}
      {!phone && (
        <button type="button" aria-label={page.help} aria-haspopup="dialog" {...tip(page.helpTip)} onClick={onHelp}>
          <Icon name="help" />
        </button>
      )}
      {phone && setup && (
        <div id="setup" className={styles.setup}>
          <Loaded />
          <Export />
          <History />
          <ThemeMenu />
          <button type="button" aria-haspopup="dialog" onClick={onHelp}>
            {page.help}
          </button>
        </div>
      )}
      {/* Here because all that is read belongs to a landmark. */}
      <Tooltip />
    </header>
  );
}
