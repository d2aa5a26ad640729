import type { TypeTable } from '../find-type.ts';
import { discardType } from './discard.ts';
import { execType } from './exec.ts';
import { fileType } from './file.ts';
import { httpType } from './http.ts';
import { inlineType } from './inline.ts';
import { restType } from './rest.ts';
import { stdinType, stdoutType } from './stdio.ts';
import { tcpType } from './tcp.ts';
import type { TransportType } from './transport.ts';
import { udpType } from './udp.ts';

/** Every transport: a new one is a file here and a line below. `debug` is the old name of `inline`. */
export const TRANSPORTS: TypeTable<TransportType> = {
  title: 'Transport type',
  kind: 'Transport',
  types: new Map([
    ['rest', restType],
    ['file', fileType],
    ['exec', execType],
    ['inline', inlineType],
    ['debug', inlineType],
    ['discard', discardType],
    ['http', httpType],
    ['tcp', tcpType],
    ['udp', udpType],
    ['stdin', stdinType],
    ['stdout', stdoutType],
  ]),
  unsupported: ['Kafka', 'kafka-offset', 'S3', 'ODBC', 'HDFS', 'time', 'console'],
};
