import type { Cause } from './look';

/** Whole numbers that grow in number, in a typed array: a plain array of millions costs several times as much. */
class Numbers {
  private items = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.items.length) {
      const larger = new Int32Array(this.items.length * 2);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.items[index] as number;
  }
}

const causes: readonly Cause[] = ['system', 'people', 'fault'];

/** The states that were seen, by number in the order they were found, and how they follow each other. */
export class Graph {
  private readonly numbers = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly parents = new Numbers();
  private readonly depths = new Numbers();
  private readonly ends: boolean[] = [];
  /** Where a state's edges begin; they are written state by state, in the order of the states. */
  private readonly firstEdges = new Numbers();
  private readonly edges = new Numbers();

  constructor(private readonly keepsEdges: boolean) {}

  get size(): number {
    return this.keys.length;
  }

  keyAt(at: number): string {
    return this.keys[at] as string;
  }

  parentOf(at: number): number {
    return this.parents.at(at);
  }

  depthOf(at: number): number {
    return this.depths.at(at);
  }

  add(key: string, parent: number): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.keys.length;
    this.numbers.set(key, number);
    this.keys.push(key);
    this.parents.push(parent);
    this.depths.push(parent < 0 ? 0 : this.depths.at(parent) + 1);
    return number;
  }

  /** The next state is expanded: its edges begin here. */
  open(isEnd: boolean): void {
    if (!this.keepsEdges) return;
    this.ends.push(isEnd);
    this.firstEdges.push(this.edges.length);
  }

  connect(key: string, from: number, cause: Cause): void {
    const to = this.add(key, from);
    if (this.keepsEdges && to !== from) this.edges.push(to * causes.length + causes.indexOf(cause));
  }

  /** The states from which no end can be reached by steps of these causes alone. */
  stuck(by: readonly Cause[]): readonly number[] {
    const isTaken = causes.map((cause) => by.includes(cause));
    const { offsets, sources } = this.reversed(isTaken);
    const isSafe = new Uint8Array(this.size);
    const open: number[] = [];
    const reach = (at: number): void => {
      if (isSafe[at] === 1) return;
      isSafe[at] = 1;
      open.push(at);
    };
    this.ends.forEach((isEnd, at) => isEnd && reach(at));
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (let edge = offsets[at] as number; edge < (offsets[at + 1] as number); edge += 1)
        reach(sources[edge] as number);
    }
    return this.keys.flatMap((_, at) => (isSafe[at] === 1 ? [] : [at]));
  }

  /** For each state, who leads to it. */
  private reversed(isTaken: readonly boolean[]): { offsets: Int32Array; sources: Int32Array } {
    const offsets = new Int32Array(this.size + 1);
    this.eachEdge(isTaken, (_, to) => (offsets[to + 1] = (offsets[to + 1] as number) + 1));
    for (let at = 0; at < this.size; at += 1) offsets[at + 1] = (offsets[at + 1] as number) + (offsets[at] as number);
    const filled = offsets.slice();
    const sources = new Int32Array(offsets[this.size] as number);
    this.eachEdge(isTaken, (from, to) => {
      const place = filled[to] as number;
      sources[place] = from;
      filled[to] = place + 1;
    });
    return { offsets, sources };
  }

  private eachEdge(isTaken: readonly boolean[], visit: (from: number, to: number) => void): void {
    for (let from = 0; from < this.size; from += 1) {
      const end = from + 1 < this.size ? this.firstEdges.at(from + 1) : this.edges.length;
      for (let edge = this.firstEdges.at(from); edge < end; edge += 1) {
        const code = this.edges.at(edge);
        if (isTaken[code % causes.length] === true) visit(from, Math.floor(code / causes.length));
      }
    }
  }
}
