package dev.brain.spring;

import dev.brain.error.ConfigurationException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;

/** The application's {@code DataSource} beans, of which properties choose one by its name. */
record NamedDataSources(ListableBeanFactory beans) {
    /** Returns the bean that a property names; null if the property is not set. */
    @Nullable
    DataSource find(String property, @Nullable String name) {
        if (name == null) {
            return null;
        }
        if (!beans.containsBean(name) || !beans.isTypeMatch(name, DataSource.class)) {
            throw new ConfigurationException(
                    "there is no DataSource bean '" + name + "' for " + property + "; there are: " + names());
        }
        return beans.getBean(name, DataSource.class);
    }

    /** Returns the names of all beans, for messages. */
    String names() {
        String names = String.join(", ", beans.getBeanNamesForType(DataSource.class, true, false));
        return names.isEmpty() ? "none" : names;
    }
}
