import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../src/local/projectRoot';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const read = (path: string): string => readFileSync(join(projectRoot(), 'deploy', path), 'utf8');

export function alertRules(): readonly AlertRule[] {
  const { groups } = parse(read('prometheus/alerts.yml')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function dashboard(): Dashboard {
  return JSON.parse(read('grafana/dashboards/settlements.json')) as Dashboard;
}

/** Every expression of the rules and the dashboard. */
export function expressions(): readonly string[] {
  const shown = dashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return [...alertRules().map(({ expr }) => expr), ...shown];
}
