import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, DatePicker, Input, Tree } from 'antd';
import type { DataNode } from 'antd/es/tree';
import dayjs from 'dayjs';
import { useMemo, useState } from 'react';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { useIsNarrow } from '@/shared/narrow';
import { type OrgNode, orgTreeQuery, useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { Facts, Spans } from './dated';
import { EventPanel } from './event-panel';
import type { RegisterName } from './kinds';
import { bodyQuery, divisionQuery, kindsQuery } from './queries';
import { RegistryNav } from './registry-nav';
import type { RegistrySearch } from './search';
import { termText } from './term';
import { branches } from './tree';

/** 机构与主体：某一天的树，选一个看历次的样子，登记与变更。 */
export function RegistryPage() {
  const search = useSearch({ from: '/signed-in/registry' });
  const navigate = useNavigate({ from: '/registry' });
  const session = useSession();
  const query = useQuery(orgTreeQuery(search.on));
  const [making, setMaking] = useState<RegisterName | null>(null);
  const go = (next: RegistrySearch) => void navigate({ search: next, resetScroll: false });
  const all = query.data ? [...query.data.divisions, ...query.data.bodies] : [];
  // One's own place is what one looks up most: it stands open until another is chosen.
  const own = session.grants.flatMap((grant) => all.filter((node) => node.org === grant.org))[0];
  const shown = search.node ?? own?.id;
  const kind = all.find((node) => node.id === shown)?.kind ?? shown?.split('_')[0];
  return (
    <PageShell
      title={t('registry.title')}
      actions={
        <>
          {may(session, 'organisation.maintain') && (
            <Button onClick={() => setMaking('division')}>{t('registry_new.division')}</Button>
          )}
          {may(session, 'body.maintain') && (
            <Button onClick={() => setMaking('body')}>{t('registry_new.body')}</Button>
          )}
        </>
      }
    >
      <RegistryNav />
      <div className="reg-two">
        <Panel
          title={t('registry.tree')}
          aside={
            query.data &&
            t('registry.tree_size', {
              divisions: count(query.data.divisions.length),
              bodies: count(query.data.bodies.length),
            })
          }
          actions={
            <DatePicker
              size="small"
              aria-label={t('registry.as_of')}
              placeholder={t('registry.as_of')}
              value={search.on ? dayjs(search.on) : null}
              onChange={(day) =>
                go({
                  ...(search.node ? { node: search.node } : {}),
                  ...(day ? { on: day.format('YYYY-MM-DD') } : {}),
                })
              }
            />
          }
        >
          <Loaded query={query} isEmpty={() => all.length === 0} empty={t('registry.tree_none')}>
            {(data) => (
              <OrgTree
                tree={data}
                chosen={shown}
                onChoose={(node) => go({ ...(search.on ? { on: search.on } : {}), node })}
              />
            )}
          </Loaded>
        </Panel>
        <div className="reg-detail">
          {shown && kind === 'division' && <Division id={shown} />}
          {shown && kind === 'body' && <Body id={shown} />}
          {!shown && <Panel title={t('registry.detail')}>{t('registry.choose')}</Panel>}
        </div>
      </div>
      <EventPanel
        isOpen={making !== null}
        name={making ?? 'body'}
        target={null}
        onClose={() => setMaking(null)}
        onDone={(node) => {
          setMaking(null);
          go({ node });
        }}
      />
    </PageShell>
  );
}

function OrgTree(props: {
  tree: { divisions: OrgNode[]; bodies: OrgNode[] };
  chosen: string | undefined;
  onChoose: (id: string) => void;
}) {
  const [wanted, setWanted] = useState('');
  const isNarrow = useIsNarrow();
  const session = useSession();
  const own = [...props.tree.divisions]
    .filter((node) => session.grants.some((grant) => grant.org.startsWith(node.org)))
    .map((node) => node.id);
  const built = useMemo(() => branches(props.tree, wanted.trim()), [props.tree, wanted]);
  const nodes = useMemo(() => {
    const node = (branch: (typeof built)['roots'][number]): DataNode => ({
      key: branch.node.id,
      title: (
        <>
          {branch.node.name}
          {branch.node.kind === 'body' && branch.node.department && (
            <span className="quiet reg-department">{branch.node.department.name}</span>
          )}
          {branch.node.predecessors && (
            <span className="quiet reg-department">
              {t('registry.took_over', { names: predecessorsText(branch.node) })}
            </span>
          )}
        </>
      ),
      children: branch.children.map(node),
    });
    return built.roots.map(node);
  }, [built]);
  return (
    <>
      <Input.Search
        allowClear
        aria-label={t('registry.find')}
        placeholder={t('registry.find')}
        onChange={(event) => setWanted(event.target.value)}
      />
      {nodes.length === 0 ? (
        <div className="page-wait">{t('registry.find_none')}</div>
      ) : (
        <Tree
          key={wanted ? 'found' : 'all'}
          blockNode
          height={isNarrow ? 340 : 620}
          treeData={nodes}
          defaultExpandedKeys={wanted ? built.all : [...built.near, ...own]}
          selectedKeys={props.chosen ? [props.chosen] : []}
          onSelect={([id]) => id && props.onChoose(String(id))}
          aria-label={t('registry.tree')}
        />
      )}
    </>
  );
}

const predecessorsText = (node: OrgNode) => (node.predecessors ?? []).map((it) => it.name).join('、');

/** 层级的名称，取自登记事件的可选值。 */
function useLevel() {
  const kinds = useQuery(kindsQuery).data ?? [];
  const choices = kinds
    .find((it) => it.kind === 'body_registered')
    ?.fields.find((it) => it.field === 'level')?.choices;
  return (code: string) => choices?.find((it) => it.code === code)?.name ?? t('unit.none');
}

function Division({ id }: { id: string }) {
  const query = useQuery(divisionQuery(id));
  return (
    <Loaded query={query}>
      {(found) => (
        <>
          <Head name="division" id={id} version={found.version} node={found.spans.at(-1)} />
          <History spans={found.spans} />
        </>
      )}
    </Loaded>
  );
}

function Body({ id }: { id: string }) {
  const query = useQuery(bodyQuery(id));
  return (
    <Loaded query={query}>
      {(found) => (
        <>
          <Head name="body" id={id} version={found.version} node={found.spans.at(-1)} />
          <History spans={found.spans} />
          <Panel title={t('registry.facts')}>
            <Facts register="body" facts={found.facts} />
          </Panel>
        </>
      )}
    </Loaded>
  );
}

function Head(props: { name: 'division' | 'body'; id: string; version: number; node: OrgNode | undefined }) {
  const { node, name } = props;
  const session = useSession();
  const orgs = useOrgs();
  const level = useLevel();
  const [isChanging, setChanging] = useState(false);
  if (!node) return null;
  const successor = orgs.ofId(node.successor);
  const predecessors = orgs.ofId(node.id)?.predecessors ?? [];
  return (
    <Panel
      title={node.name}
      aside={<StatusTag tone={node.term.to_on ? 'warn' : 'good'}>{termText(node.term)}</StatusTag>}
      actions={
        may(session, name === 'body' ? 'body.maintain' : 'organisation.maintain') && (
          <Button size="small" onClick={() => setChanging(true)}>
            {t('registry.change')}
          </Button>
        )
      }
    >
      <dl className="reg-facts">
        <div>
          <dt>{name === 'body' ? t('registry.credit_code') : t('registry.code')}</dt>
          <dd className="num">{node.code || t('unit.none')}</dd>
        </div>
        <div>
          <dt>{t('registry.level')}</dt>
          <dd>{level(node.level)}</dd>
        </div>
        <div>
          <dt>{name === 'body' ? t('registry.region') : t('registry.parent')}</dt>
          <dd>{orgs.ofId(node.parent)?.name ?? t('unit.none')}</dd>
        </div>
        {node.department && (
          <div>
            <dt>{t('registry.department')}</dt>
            <dd>{node.department.name}</dd>
          </div>
        )}
        {successor && (
          <div>
            <dt>{t('registry.successor')}</dt>
            <dd>{successor.name}</dd>
          </div>
        )}
        {predecessors.length > 0 && (
          <div>
            <dt>{t('registry.predecessors')}</dt>
            <dd>
              {predecessors.map((it) => (
                <div key={it.id}>{t('registry.predecessor', { name: it.name, day: it.ended_on })}</div>
              ))}
            </dd>
          </div>
        )}
      </dl>
      {name === 'body' && (
        <p className="reg-links">
          <Link to="/cases" search={{ body: node.id }}>
            {t('registry.its_cases')}
          </Link>
          <Link to="/findings" search={{ body: node.id }}>
            {t('registry.its_findings')}
          </Link>
          <Link to="/registry/officers" search={{ org: node.org }}>
            {t('registry.its_officers')}
          </Link>
          <Link to="/registry/items" search={{ org: node.org }}>
            {t('registry.its_items')}
          </Link>
        </p>
      )}
      <EventPanel
        isOpen={isChanging}
        name={name}
        target={{ id: props.id, version: props.version }}
        onClose={() => setChanging(false)}
        onDone={() => setChanging(false)}
      />
    </Panel>
  );
}

function History({ spans }: { spans: OrgNode[] }) {
  const orgs = useOrgs();
  const level = useLevel();
  return (
    <Panel title={t('registry.history')}>
      <Spans
        name={t('registry.history')}
        spans={spans}
        columns={[
          { title: t('registry.name'), render: (row) => row.name },
          { title: t('registry.code'), render: (row) => row.code || t('unit.none') },
          { title: t('registry.level'), render: (row) => level(row.level) },
          { title: t('registry.parent'), render: (row) => orgs.ofId(row.parent)?.name ?? t('unit.none') },
          { title: t('registry.department'), render: (row) => row.department?.name ?? t('unit.none') },
        ]}
      />
    </Panel>
  );
}
