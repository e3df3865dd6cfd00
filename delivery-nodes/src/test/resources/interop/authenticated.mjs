// A device with MQTT.js that proves itself, as its README has it: by a password, or by a certificate within TLS. Registers an
// app and prints the answer, or the code with which its connection was refused.
import fs from 'node:fs';
import mqtt from 'mqtt';

const [host, port, clientId, version] = process.argv.slice(2);
const { PASSWORD, AUTHORITY, CERTIFICATE, KEY } = process.env;
const read = (file) => (file ? fs.readFileSync(file) : undefined);
const client = mqtt.connect({
  protocol: AUTHORITY ? 'mqtts' : 'mqtt',
  host,
  port: Number(port),
  clientId,
  protocolVersion: Number(version),
  username: PASSWORD ? 'device' : undefined,
  password: PASSWORD,
  ca: read(AUTHORITY),
  cert: read(CERTIFICATE),
  key: read(KEY),
  reconnectPeriod: 0,
});
client.on('connect', () => {
  client.subscribe('$tidings/registered', () => {
    client.publish('$tidings/register', '{"app":"com.example.news"}', { qos: 1 });
  });
});
client.on('message', (topic, payload) => {
  process.stdout.write(`registered ${payload}\n`);
  client.end();
});
client.on('error', (error) => {
  process.stdout.write(`refused ${error.code}\n`);
  client.end(true);
});
