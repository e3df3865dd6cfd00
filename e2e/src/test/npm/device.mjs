// A device with MQTT.js, as its README has it: connects, subscribes, and prints the topic of each message. With "keep" its
// session is kept, and it subscribes in its first connection only. With "replay" it asks for its history as soon as it is
// subscribed, and prints the answer.
import mqtt from 'mqtt';

const [host, port, clientId, keep] = process.argv.slice(2);
const kept = keep === 'keep';
let subscribed = false;
const client = mqtt.connect({ host, port: Number(port), clientId, clean: !kept });
client.on('connect', () => {
  if (!kept || !subscribed) {
    client.subscribe('tidings/#', { qos: 1 }, () => {
      if (keep === 'replay') {
        client.publish('$tidings/replay', '{"since":0}', { qos: 1 });
      }
    });
    subscribed = true;
  }
});
client.on('message', (topic, payload) => {
  process.stdout.write(topic.startsWith('$') ? `${topic} ${payload}\n` : `${topic}\n`);
});
client.on('error', (error) => process.stderr.write(`${error}\n`));
