/**
 * A Kafka broker of your own on a free loopback port, for tests and for people:
 *
 *     node scripts/services/kafka.mjs
 *
 * Apache Kafka comes from Maven Central once and stays in the cache folder. The data is temporary.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { freePort, startProcess } from './process.mjs';
import { needProgram, runCommand } from './run-command.mjs';
import { runService } from './run-service.mjs';

const VERSION = '4.1.0';
const LOG4J_VERSION = '2.24.3';

/**
 * @returns {Promise<{ bootstrap: string, stop: () => Promise<void>, restart: () => Promise<void> }>} `restart` ends the
 *   broker the hard way and starts it again on the same port with the same data
 */
export async function startKafka() {
  const libraries = await installKafka();
  const folder = await mkdtemp(join(tmpdir(), 'kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const properties = join(folder, 'server.properties');
  await writeFile(properties, configuration({ port, controllerPort, folder }));
  const java = (heap, ...args) => [`-Xmx${heap}`, '-Xms128m', '-XX:+UseSerialGC', '-cp', join(libraries, '*'), ...args];
  const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', CLUSTER, '-c', properties];
  await runCommand('java', java('128m', ...format));
  const start = () =>
    startProcess('java', java('512m', 'kafka.Kafka', properties), { port, logFile: join(folder, 'log'), cwd: folder });
  let broker = await start();
  return {
    bootstrap: `127.0.0.1:${port}`,
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

/** Any 16 bytes in URL-safe base64 will do. */
const CLUSTER = 'ZmFzdHNjb3JlLXRlc3RzIQ';

async function installKafka() {
  const libraries = cacheFolder(`kafka-${VERSION}`);
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
    ${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
  </dependencies>
</project>
`;

const configuration = ({ port, controllerPort, folder }) => `
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
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
`;

await runService(import.meta.url, async () => {
  const { bootstrap, stop } = await startKafka();
  return { text: `KAFKA_BOOTSTRAP=${bootstrap}`, stop };
});
