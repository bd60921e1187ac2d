import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before Postgres or Temporal: hands every byte on, until it is told to cut, and where. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that it destroyed, by whatever it was told. */
  readonly cuts: number;
  /** Answers of the server that it kept: what was asked was done, and nobody heard. */
  readonly swallowed: number;
  /** Destroys what is connected now; new connections are served. */
  cutAll(): void;
  /** The next `times` connections that ask something with this word are cut when the answer comes: it is done, and not heard. */
  cutAnswersTo(word: string, times: number): void;
  /** Keeps every answer until told to stop; then cuts whoever waits for one. */
  swallowAnswers(): () => void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** The word was asked here: the answer is its end. */
  doomed: boolean;
  lostAnswer: boolean;
}

export async function createTcpProxy(targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  const order = { word: null as string | null, left: 0, swallowing: false };
  const counts = { cuts: 0, swallowed: 0 };

  const cut = (link: Link): void => {
    if (links.delete(link)) counts.cuts += 1;
    link.client.destroy();
    link.server.destroy();
  };
  const onAsked = (link: Link, chunk: Buffer): void => {
    if (order.word !== null && order.left > 0 && chunk.toString('latin1').includes(order.word)) {
      order.left -= 1;
      link.doomed = true;
    }
    link.server.write(chunk);
  };
  const onAnswered = (link: Link, chunk: Buffer): void => {
    if (!link.doomed && !order.swallowing) return void link.client.write(chunk);
    counts.swallowed += 1;
    link.lostAnswer = true;
    if (link.doomed) cut(link);
  };

  const listener = createServer((client) => {
    const server = connect(targetPort, '127.0.0.1');
    const link: Link = { client, server, doomed: false, lostAnswer: false };
    links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // its close follows
      socket.on('close', () => {
        links.delete(link);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (chunk) => onAsked(link, chunk));
    server.on('data', (chunk) => onAnswered(link, chunk));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));

  return {
    port: (listener.address() as AddressInfo).port,
    get cuts() {
      return counts.cuts;
    },
    get swallowed() {
      return counts.swallowed;
    },
    cutAll: () => [...links].forEach(cut),
    cutAnswersTo(word, times) {
      [order.word, order.left] = [word, times];
    },
    swallowAnswers() {
      order.swallowing = true;
      return () => {
        order.swallowing = false;
        [...links].filter(({ lostAnswer }) => lostAnswer).forEach(cut);
      };
    },
    close() {
      for (const { client, server } of links) [client, server].forEach((socket) => socket.destroy());
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
