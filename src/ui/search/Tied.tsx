// Which layers share one width in the next search; nothing in a network without blocks.
import type { ReactNode } from 'react';
import { offeredTies, setSearchForm } from '../../store/search/form';
import { search } from '../../words/en/search';
import { Select } from '../parts/Select';
import { useDesk } from '../parts/useDesk';

export function Tied(): ReactNode {
  const architecture = useDesk((desk) => desk.architecture);
  const ties = useDesk((desk) => desk.searchForm.ties);
  const offered = [...new Set([...offeredTies({ architecture }), ties])];
  if (offered.length === 1) return null;
  return (
    <Select
      label={search.tied}
      options={offered.map((value) => ({ value, label: search.ties[value] }))}
      value={ties}
      onChange={(next) => setSearchForm({ ties: next })}
    />
  );
}
