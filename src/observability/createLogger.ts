import { DefaultLogger, type LogEntry, type LogLevel as TemporalLogLevel } from '@temporalio/worker';
import pino, { type Logger } from 'pino';

/** JSON lines on stdout. What could hold a key or a signature is cut out whoever logs it. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: { paths: ['*.privateKey', '*.signature', '*.raw', 'privateKey', 'signature', 'raw'], remove: true },
  });
}

const levels: Record<TemporalLogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The SDK's own log, through ours: one stream, one format. */
export function temporalLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }: LogEntry) => log[levels[level]](meta ?? {}, message));
}
