// The menu that takes the plot away: as a picture, or its points as a table.
import { type ReactNode, useId } from 'react';
import { axisHere } from '../../store/measure/axis';
import { costsOf } from '../../store/measure/costs';
import { showProblem } from '../../store/state/announce';
import { desk } from '../../store/state/desk';
import { plot as words } from '../../words/en/plot';
import { useAnchored } from '../parts/anchor';
import anchoredStyles from '../parts/anchored.module.css';
import { classes } from '../parts/classes';
import { saveFile } from '../parts/saveFile';
import styles from './ExportMenu.module.css';
import { allPoints, type PlotData } from './plotData';

const FORMATS = ['png', 'svg', 'csv'] as const;

async function exportAs(format: (typeof FORMATS)[number], data: PlotData): Promise<void> {
  const { architecture, scheme, networkId, datasetId } = desk.getState();
  const { csvOf, pngOf, svgText } = await import('./exportChart');
  const name = `fewbits-${networkId}-${datasetId}.${format}`;
  const drawing = document.querySelector<SVGSVGElement>('[data-plot] > svg');
  if (format === 'csv') {
    const text = csvOf(allPoints(data), (policy) => costsOf(architecture, policy, scheme));
    saveFile(new Blob([text], { type: 'text/csv' }), name);
  } else if (drawing !== null) {
    const title = words.title[axisHere(desk.getState())];
    saveFile(
      format === 'png' ? await pngOf(drawing, title) : new Blob([svgText(drawing, title)], { type: 'image/svg+xml' }),
      name,
    );
  }
}

/** A button and its choices. */
export function ExportMenu({ data }: { readonly data: PlotData }): ReactNode {
  const { button, popover, toggles } = useAnchored<HTMLDivElement>();
  const id = useId();
  return (
    <>
      <button ref={button} type="button" popoverTarget={id}>
        {words.exportPlot}
      </button>
      <div ref={popover} id={id} popover="auto" className={classes(anchoredStyles.anchored, styles.menu)} {...toggles}>
        {FORMATS.map((format) => (
          <button
            key={format}
            type="button"
            onClick={() => {
              popover.current?.hidePopover();
              exportAs(format, data).catch((error: unknown) => showProblem(words.notExported, { error }));
            }}
          >
            {words.exports[format]}
          </button>
        ))}
      </div>
    </>
  );
}
