package dev.brain.examples.demo.command;

import dev.brain.examples.demo.DemoWorld;
import dev.brain.examples.intranet.Intranet;
import dev.brain.examples.intranet.IntranetUser;
import dev.brain.history.Actor;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;

/** The intranet of a demo, and the demo's sites made to claim through it. */
final class DemoIntranet implements AutoCloseable {
    private static final IntranetUser ROBOT =
            new IntranetUser("robot@despacho.example", "demo-inventada", "Robot del Despacho");
    private static final IntranetUser PERSON =
            new IntranetUser("fulana@despacho.example", "demo-inventada", "Fulana Inventádez");

    private final DemoWorld world;
    private final Intranet intranet;

    private DemoIntranet(DemoWorld world, Intranet intranet) {
        this.world = world;
        this.intranet = intranet;
    }

    static DemoIntranet open(DemoWorld world, Store store) {
        Intranet intranet = Intranet.start(world.caseFile(), List.of(ROBOT, PERSON));
        // it has another port each time
        store.sites()
                .save(
                        Actor.ofProcess(),
                        store.sites().sites().stream()
                                .map(site -> through(site, intranet.address()))
                                .toList(),
                        false);
        return new DemoIntranet(world, intranet);
    }

    private static Site through(Site site, String address) {
        return site.toBuilder()
                .claim("web")
                .claimant(null)
                .setting("profile", "recursos-intranet")
                .setting("pages", "recursos-intranet")
                .setting("web", Map.of("base", address))
                .build();
    }

    /** For a person who wants to look. */
    String description() {
        return "The intranet is at " + intranet.address() + "/home while this runs; log in as " + PERSON.email()
                + " with the password " + PERSON.password() + ".";
    }

    Map<String, String> variables() {
        return Map.of(
                "XVIA_EMAIL", ROBOT.email(),
                "XVIA_PASSWORD", ROBOT.password(),
                "BRAIN_HOME", world.folder().toString());
    }

    @Override
    public void close() {
        intranet.close();
    }
}
