// pg-boss as it is fastest: batches of 1,000, fetched and completed on four connections.
import PgBoss from "pg-boss";

const [url, schema, command, first, count, payload] = process.argv.slice(2);
const QUEUE = "noop";
const boss = new PgBoss({ connectionString: url, schema, max: 4, supervise: false, schedule: false });
await boss.start();

if (command === "create") {
    await boss.createQueue(QUEUE);
} else if (command === "enqueue") {
    await boss.insert(
        Array.from({ length: Number(count) }, (_, i) => ({
            name: QUEUE,
            data: { ...JSON.parse(payload), idRecurso: Number(first) + i },
        })),
    );
} else {
    const tasks = Number(count);
    let done = 0;
    const start = process.hrtime.bigint();
    const work = async () => {
        for (;;) {
            const jobs = await boss.fetch(QUEUE, { batchSize: 1000 });
            if (!jobs || jobs.length === 0) {
                return;
            }
            await boss.complete(
                QUEUE,
                jobs.map((job) => job.id),
            );
            done += jobs.length;
        }
    };
    await Promise.all([work(), work(), work(), work()]);
    const end = process.hrtime.bigint();
    if (done !== tasks) {
        throw new Error(`${done} of ${tasks} tasks were done`);
    }
    console.log(String(end - start));
}
await boss.stop({ graceful: false, wait: false });
process.exit(0);
