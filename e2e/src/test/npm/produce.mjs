// Produces notifications with KafkaJS and Confluent's wire format, both with their default settings.
// Usage: node produce.mjs BOOTSTRAP_SERVERS REGISTRY_URL, then a line "TOKEN ID" for each on standard input.
import {createInterface} from 'node:readline';
import kafkajs from 'kafkajs';
import {SchemaRegistry} from '@kafkajs/confluent-schema-registry';

const [servers, host] = process.argv.slice(2);
const registry = new SchemaRegistry({host});
const schema = await registry.getLatestSchemaId('tidings.notifications-value');
const producer = new kafkajs.Kafka({brokers: servers.split(',')}).producer();
await producer.connect();
for await (const line of createInterface({input: process.stdin})) {
  const [key, id] = line.split(' ');
  const payload = Buffer.from(JSON.stringify({aps: {alert: 'Grüße aus JavaScript'}}));
  const value = await registry.encode(schema, {id, app: 'com.example.news', payload});
  await producer.send({topic: 'tidings.notifications', messages: [{key, value}]});
}
await producer.disconnect();
