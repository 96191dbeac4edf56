import { type Answer, Hand } from './hand';

/** 一个人可及之外的东西：别处的案件、它们的事件与发现、当事人，与几份可以拿来问的标识。 */
export interface Foreign {
  /** 一个字节也不该出现的：案件、事件、发现的标识，案号，当事人。 */
  secrets: string[];
  /** 公示了就人人看得到的那一些：案号、当事人与文号相同的。 */
  published: Set<string>;
  /** 一件别处的案件，有发现、有义务。 */
  case: string;
  number: string;
  event: string;
  finding: string;
  rule: string;
  duty: string;
  body: string;
  org: string;
  disclosure: string;
  import: string;
  account: string;
  officer: string;
  /** 自己的：答复里应当有的，免得什么也没有也算通过。 */
  own: Set<string>;
}

/** 别处的案件里，逐件翻看事件的至多这么多件。 */
const OPENED_MAX = 20;

/** 以全省的人所见，减去这个人可及的。 */
export function foreignTo(reach: string[], everything: Everything): Foreign {
  const isOwn = (org: string) => reach.some((path) => org.startsWith(path));
  const far = everything.cases.filter((it) => !isOwn(it.org));
  const near = everything.cases.filter((it) => isOwn(it.org));
  const ownNames = new Set(near.flatMap((it) => [it.number, it.party]));
  const farIds = new Set(far.map((it) => it.id));
  const findings = everything.findings.filter((it) => farIds.has(it.case));
  const events = everything.events.filter((it) => farIds.has(it.case));
  const names = far.flatMap((it) => [it.number, it.party]);
  // A masked name is nobody's in particular; a name that is also here cannot tell where it came from.
  const telling = names.filter((it) => it && !it.includes('*') && !ownNames.has(it));
  const asked = findings.find((it) => everything.duties.some((duty) => duty.case === it.case));
  const shown = far.find((it) => it.id === asked?.case);
  const duty = everything.duties.find((it) => it.case === shown?.id);
  const disclosure = everything.disclosures.find((it) => farIds.has(it.case));
  const found = {
    case: shown?.id,
    number: shown?.number,
    event: events[0]?.id,
    finding: asked?.id,
    rule: asked?.rule.code,
    duty: duty?.id,
    body: shown?.body,
    org: shown?.org,
    disclosure: disclosure?.id,
    import: everything.imports[0]?.id,
    account: everything.accounts.find((it) => !isOwn(it.org))?.id,
    officer: everything.officers.find((it) => !isOwn(it.org))?.id,
  };
  for (const [name, value] of Object.entries(found)) {
    if (!value) throw new Error(`世界里没有别处的 ${name}`);
  }
  return {
    ...(found as Record<keyof typeof found, string>),
    secrets: [
      ...new Set([...farIds, ...events.map((it) => it.id), ...findings.map((it) => it.id), ...telling]),
    ],
    published: new Set(telling),
    own: new Set(near.flatMap((it) => [it.id])),
  };
}

/** 全省的人、汇入的人、管账号的人合起来所见。 */
export type Everything = Awaited<ReturnType<typeof gather>>;

let gathered: Promise<Everything> | undefined;

/** 一个进程里只看一遍；之后别的测试造出来的案件不在其中，也不必在。 */
export function everything(): Promise<Everything> {
  gathered ??= gather();
  return gathered;
}

async function gather() {
  const [province, importer, security] = await Promise.all([
    Hand.of('province'),
    Hand.of('importer'),
    Hand.of('security'),
  ]);
  const cases = await province.all('/api/v1/cases', 'cases');
  const findings = await province.all('/api/v1/findings', 'findings');
  const duties = await province.all('/api/v1/duties', 'duties');
  const disclosures = await province.all('/api/v1/disclosures', 'disclosures');
  const opened = spread(cases, OPENED_MAX);
  const events = await Promise.all(
    opened.map(async (it) => {
      const found = await province.all(`/api/v1/cases/${it.id}/events`, 'events');
      return found.map((event) => ({ id: event.id as string, case: it.id as string }));
    }),
  );
  const all = {
    cases,
    findings,
    duties,
    disclosures,
    events: events.flat(),
    imports: await importer.all('/api/v1/imports', 'imports'),
    accounts: await security.all('/api/v1/accounts', 'accounts'),
    officers: await province.all('/api/v1/officers', 'officers'),
  };
  for (const one of [province, importer, security]) await one.close();
  return all;
}

/** 均匀地取若干个，不只取头上的：头上的常是同一个机关的。 */
function spread(list: Answer[], most: number): Answer[] {
  const step = Math.max(1, Math.floor(list.length / most));
  return list.filter((_, at) => at % step === 0);
}
