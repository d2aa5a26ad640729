import type { TypeTable } from '../find-type.ts';
import { discardType } from './discard.ts';
import { execType } from './exec.ts';
import { fileType } from './file.ts';
import { httpType } from './http.ts';
import { inlineType } from './inline.ts';
import { kafkaOffsetType, kafkaType } from './kafka/kafka.ts';
import { restType } from './rest.ts';
import { s3Type } from './s3/s3.ts';
import { odbcType } from './sql/odbc.ts';
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
    ['kafka', kafkaType],
    ['kafka-offset', kafkaOffsetType],
    ['http', httpType],
    ['s3', s3Type],
    ['odbc', odbcType],
    ['tcp', tcpType],
    ['udp', udpType],
    ['exec', execType],
    ['inline', inlineType],
    ['debug', inlineType],
    ['discard', discardType],
    ['stdin', stdinType],
    ['stdout', stdoutType],
  ]),
  unsupported: ['HDFS', 'time', 'console'],
};
