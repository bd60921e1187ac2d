import type { Command } from 'commander';
import type { Release } from '../../client/releases/listReleases';
import { parsePercent } from '../optionParsers';
import { printReport } from '../printReport';
import { withSession } from '../session';
import { withExamples } from '../withExamples';

/** The operator's commands around builds of the workers (temporal.deployment in the configuration). */
export function addRelease(program: Command): void {
  const release = program
    .command('release')
    .description('which builds of the workers there are; which one takes new settlements');

  const list = release
    .command('list')
    .description('every build: what part of new settlements it takes, its workers, and the runs that need them')
    .action(async (_: object, command: Command) =>
      withSession(command, async ({ client, output }) => {
        const releases = await client.releases();
        printReport({ releases }, linesOf(releases), output);
        return 0;
      }),
    );

  const promote = release
    .command('promote')
    .description('have a build take new settlements; what is under way stays with the build that began it')
    .argument('<build>', 'its id, as its workers log it and "release list" shows it')
    .option('--percent <percent>', 'so many of a hundred (1 to 99) to begin with', parsePercent)
    .action(async (buildId: string, { percent }: { percent?: number }, command: Command) =>
      withSession(command, async ({ client, output }) => {
        await client.promoteRelease(buildId, percent);
        const part = percent === undefined ? 'new settlements' : `${percent} of a hundred new settlements`;
        printReport({ buildId, percent: percent ?? 100 }, [`${part} go to build ${buildId}`], output);
        return 0;
      }),
    );

  const retire = release
    .command('retire')
    .description('hand what a build still drives over to the current one, which must be able to replay it')
    .argument('<build>', 'the build whose workers are to be stopped')
    .action(async (buildId: string, _: object, command: Command) =>
      withSession(command, async ({ client, output }) => {
        const handedOver = await client.retireRelease(buildId);
        printReport({ buildId, handedOver }, [`${handedOver} runs were handed over`], output);
        return 0;
      }),
    );
  withExamples(list, 'settle release list');
  withExamples(promote, 'settle release promote 4f1c09ab33e2 --percent 10', 'settle release promote 4f1c09ab33e2');
  withExamples(retire, 'settle release retire 9b02d7c415aa');
}

function linesOf(releases: readonly Release[]): readonly string[] {
  if (releases.length === 0) return ['no worker of this deployment has come yet'];
  return releases.map(({ buildId, percent, workers, openRuns }) => {
    const share = percent === null ? 'no new settlements' : `${percent} % of new settlements`;
    const end = percent === null && openRuns === 0 ? '; its workers may be stopped' : '';
    return `${buildId}: ${share}, ${workers} workers, ${openRuns} runs open${end}`;
  });
}
