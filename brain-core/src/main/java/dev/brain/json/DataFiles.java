package dev.brain.json;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.ReachableFiles;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The data files of one kind, each with a name. A file {@code BRAIN_HOME/FOLDER/NAME.json} wins over {@code
 * META-INF/brain/FOLDER/NAME.json} on the class path and in plug-ins.
 *
 * @param kind what one of them is called in messages: "profile"
 * @param folder the folder: "profiles"
 * @param setting the setting of a site that names one
 */
public record DataFiles(String kind, String folder, String setting) {
    /**
     * Reads the file of a name.
     *
     * @param search returns every data file of a path on the class path and in the plug-ins
     * @throws ConfigurationException if the name is not one of letters, digits, '_' and '-', if there is no such file, or
     *     if several plug-ins have it
     */
    public JsonFile read(Environment environment, Function<String, List<URL>> search, String name) {
        if (!isName(name)) {
            throw new ConfigurationException("'" + name + "' can't be the name of a " + kind);
        }
        Path file = file(environment, name);
        if (ReachableFiles.exists(file)) {
            return JsonFile.read(file);
        }
        List<URL> found = search.apply(resource(name));
        if (found.isEmpty()) {
            throw new ConfigurationException("there is no " + kind + " '" + name + "': neither " + file + " nor "
                    + resource(name) + " in a plug-in; correct the site's \"" + setting + "\", or put the file there");
        }
        if (found.size() > 1) {
            throw new ConfigurationException("the " + kind + " '" + name + "' is there " + found.size() + " times: "
                    + found + "; leave one plug-in that has it, or write " + file);
        }
        return JsonFile.read(found.get(0));
    }

    /** Returns whether there is at least one file of that name. */
    public boolean contains(Environment environment, Function<String, List<URL>> search, String name) {
        return isName(name)
                && (ReachableFiles.exists(file(environment, name))
                        || !search.apply(resource(name)).isEmpty());
    }

    /** Returns whether the name cannot lead out of the folder. */
    private static boolean isName(String name) {
        return name.matches("[A-Za-z0-9_-]+");
    }

    private Path file(Environment environment, String name) {
        return Path.of(environment.get("BRAIN_HOME").orElse("."), folder, name + ".json");
    }

    private String resource(String name) {
        return "META-INF/brain/" + folder + "/" + name + ".json";
    }
}
