/**
 * A Kafka broker of your own on a free loopback port, for tests and for people:
 *
 *     node scripts/services/kafka.mjs
 *
 * Apache Kafka comes from Maven Central once and stays in the cache folder. The data is temporary.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { freePort } from './listening.mjs';
import { startProcess } from './process.mjs';
import { needProgram, runCommand } from './run-command.mjs';
import { runService } from './run-service.mjs';

const VERSION = '4.1.0';
const LOG4J_VERSION = '2.24.3';

/**
 * @param {{ certificate: string, user: string, password: string }} [secure] for a second listener, with SASL_SSL: a PEM file with the key
 *   and the certificate of 127.0.0.1, and who may log in there, with PLAIN or SCRAM
 * @returns {Promise<{ bootstrap: string, secureBootstrap: string, stop: () => Promise<void>, restart: () => Promise<void> }>} `restart`
 *   ends the broker the hard way and starts it again on the same ports with the same data
 */
export async function startKafka(secure = null) {
  const libraries = await installKafka();
  const folder = await mkdtemp(join(tmpdir(), 'kafka-'));
  const [port, controllerPort, securePort] = [await freePort(), await freePort(), await freePort()];
  const properties = join(folder, 'server.properties');
  await writeFile(properties, configuration({ port, controllerPort, securePort, folder, secure }));
  const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', CLUSTER, '-c', properties];
  const login = secure === null ? [] : SCRAM.flatMap((mechanism) => ['--add-scram', credentials(mechanism, secure)]);
  await runCommand('java', java(libraries, '128m', ...format, ...login));
  const start = () => {
    const logFile = join(folder, 'log');
    return startProcess('java', java(libraries, '512m', 'kafka.Kafka', properties), { port, logFile, cwd: folder });
  };
  let broker = await start();
  return {
    bootstrap: `127.0.0.1:${port}`,
    secureBootstrap: `127.0.0.1:${securePort}`,
    async restart() {
      await broker.kill();
      broker = await start();
    },
    async stop() {
      await broker.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Runs a tool of Apache Kafka to its end.
 * @param {string} tool such as org.apache.kafka.tools.consumer.ConsoleConsumer
 * @param {readonly string[]} args
 * @param {{ input?: string, output?: string }} [files] for its standard input and output
 */
export async function runKafkaTool(tool, args, { input = '/dev/null', output = '/dev/null' } = {}) {
  const libraries = await installKafka();
  const [from, to] = [await open(input), await open(output, 'w')];
  try {
    // The consumer logs to its standard output that nothing more comes.
    const quiet = '-Dorg.apache.logging.log4j.level=OFF';
    await runCommand('java', [quiet, ...java(libraries, '256m', tool, ...args)], { stdio: [from.fd, to.fd, 'pipe'] });
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

const java = (libraries, heap, ...args) => {
  const options = [`-Xmx${heap}`, '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  return [...options, '-cp', join(libraries, '*'), ...args];
};

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];

const credentials = (mechanism, { user, password }) => `${mechanism}=[name=${user},password=${password}]`;

/** Any 16 bytes in URL-safe base64 will do. */
const CLUSTER = 'ZmFzdHNjb3JlLXRlc3RzIQ';

async function installKafka() {
  const libraries = cacheFolder(`kafka-${VERSION}-tools`);
  await needProgram('java', ['default-jre-headless']);
  if (existsSync(libraries)) return libraries;
  await needProgram('mvn', ['maven']);
  const folder = await mkdtemp(join(tmpdir(), 'kafka-install-'));
  try {
    await writeFile(join(folder, 'pom.xml'), pom());
    await runCommand('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs'], { cwd: folder });
    await mkdir(join(libraries, '..'), { recursive: true });
    await rename(join(folder, 'libs'), libraries).catch(async () => {
      await runCommand('cp', ['-r', join(folder, 'libs'), libraries]);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return libraries;
}

const dependency = (group, artifact, version) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const pom = () => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>fastscore</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', VERSION)}
    ${dependency('org.apache.kafka', 'kafka-tools', VERSION)}
    ${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
  </dependencies>
</project>
`;

const configuration = ({ port, controllerPort, securePort, folder, secure }) => `
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${secure === null ? '' : `,SASL_SSL://127.0.0.1:${securePort}`}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
num.partitions=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
${secure === null ? '' : secureListener(secure)}`;

const secureListener = ({ certificate, user, password }) => `
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=PLAIN,${SCRAM.join(',')}
listener.name.sasl_ssl.plain.sasl.jaas.config=${loginModule('plain.Plain')} user_${user}="${password}";
${SCRAM.map((name) => `listener.name.sasl_ssl.${name.toLowerCase()}.sasl.jaas.config=${loginModule('scram.Scram')};`).join('\n')}
ssl.keystore.type=PEM
ssl.keystore.location=${certificate}
`;

const loginModule = (name) => `org.apache.kafka.common.security.${name}LoginModule required`;

await runService(import.meta.url, async () => {
  const { bootstrap, stop } = await startKafka();
  return { text: `KAFKA_BOOTSTRAP=${bootstrap}`, stop };
});
