// graphile-worker as it is fastest: a local queue, and completions in batches.
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";

const [url, schema, command, first, count, payload] = process.argv.slice(2);
const logger = new Logger(() => () => {});
const pool = new pg.Pool({ connectionString: url, max: 10 });

if (command === "drain") {
    const tasks = Number(count);
    let start = 0n;
    let done = 0;
    const runner = await run({
        pgPool: pool,
        logger,
        noHandleSignals: true,
        taskList: {
            noop: () => {
                start ||= process.hrtime.bigint();
                done++;
            },
        },
        preset: {
            worker: {
                schema,
                concurrentJobs: 24,
                pollInterval: 100,
                localQueue: { size: 500 },
                completeJobBatchDelay: 0,
                failJobBatchDelay: 0,
            },
        },
    });
    const left = async () =>
        Number((await pool.query(`SELECT count(*) FROM ${schema}._private_jobs`)).rows[0].count);
    while (done < tasks || (await left()) > 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const end = process.hrtime.bigint();
    await runner.stop();
    if (done !== tasks) {
        throw new Error(`${done} of ${tasks} tasks were done`);
    }
    console.log(String(end - start));
} else {
    const utils = await makeWorkerUtils({ pgPool: pool, logger, preset: { worker: { schema } } });
    await utils.migrate();
    if (command === "enqueue") {
        const jobs = Array.from({ length: Number(count) }, (_, i) => ({
            identifier: "noop",
            payload: { ...JSON.parse(payload), idRecurso: Number(first) + i },
        }));
        await utils.addJobs(jobs);
    }
    await utils.release();
}
await pool.end();
process.exit(0);
