package dev.brain.launcher;

import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jars in the folders {@code plugins} of the launcher's image and of BRAIN_HOME. */
final class Plugins {
    private final Plugin own = Plugin.own();
    private final List<Plugin> plugins;

    private Plugins(Collection<Path> jars) {
        plugins = jars.stream().map(Plugin::read).toList();
        nameTheDoubleOnes();
    }

    /** In alphabetical order; a jar in BRAIN_HOME stands in for the image's of that file name. */
    static Plugins of(Path home) {
        Map<String, Path> jars = new TreeMap<>();
        image().ifPresent(image -> jars(image).forEach(jar -> jars.put(String.valueOf(jar.getFileName()), jar)));
        jars(home).forEach(jar -> jars.put(String.valueOf(jar.getFileName()), jar));
        return new Plugins(jars.values());
    }

    /** The folder that the launcher's {@code lib} is in; empty if it doesn't run from its jar. */
    private static Optional<Path> image() {
        CodeSource source = Plugins.class.getProtectionDomain().getCodeSource();
        try {
            Path place =
                    source == null ? Path.of("") : Path.of(source.getLocation().toURI());
            return Files.isRegularFile(place)
                    ? Optional.ofNullable(place.resolve("../..").normalize())
                    : Optional.empty();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the launcher's own place is no path", e);
        }
    }

    private static List<Path> jars(Path home) {
        Path folder = home.resolve("plugins");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the plug-in folder " + folder + " (" + e + ")", e);
        }
    }

    /** Whoever asks for such a name gets an error; nobody can tell which one is meant. */
    private void nameTheDoubleOnes() {
        Map<String, String> places = new HashMap<>();
        for (Plugin plugin : all()) {
            plugin.brings().forEach((kind, names) -> {
                for (String name : kind.equals(Plugin.SITE) ? Set.<String>of() : names) {
                    String place = places.putIfAbsent(kind + " '" + name + "'", plugin.name());
                    if (place != null) {
                        plugin.problems()
                                .add("its " + kind + " '" + name + "' is in " + place + " too, and neither is used");
                    }
                }
            });
        }
    }

    private List<Plugin> all() {
        List<Plugin> all = new ArrayList<>(List.of(own));
        all.addAll(plugins);
        return all;
    }

    /** The launcher's own loader and one for each jar that can be read; they stay open as long as the process runs. */
    List<ClassLoader> loaders() {
        return all().stream().map(Plugin::loader).filter(Objects::nonNull).toList();
    }

    /** Logs what is broken, for whoever goes on with the others. */
    Plugins warned() {
        Logger log = LoggerFactory.getLogger(Plugins.class);
        for (Plugin plugin : plugins) {
            if (!plugin.problems().isEmpty()) {
                log.warn("plug-in {}: {}", plugin.name(), plugin.problem());
            }
        }
        return this;
    }

    /** The names of a kind that there are, the launcher's own too. */
    SortedSet<String> names(String kind) {
        SortedSet<String> names = new TreeSet<>();
        all().forEach(plugin -> names.addAll(plugin.brings().getOrDefault(kind, new TreeSet<>())));
        return names;
    }

    /** What each jar brings and what is broken in it, by its file name. */
    Map<String, List<Finding>> findings() {
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        plugins.forEach(plugin -> findings.put(plugin.name(), plugin.findings()));
        return findings;
    }
}
