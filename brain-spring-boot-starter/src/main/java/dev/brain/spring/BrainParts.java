package dev.brain.spring;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Environment;
import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.payload.PayloadBuilder;
import dev.brain.queue.Store;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.work.RetryPolicy;
import dev.brain.work.TaskHandler;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.io.Resource;

/**
 * Builds a Brain and a worker from the application's beans and properties. Beans are chosen by their names where sites name
 * what they use.
 */
record BrainParts(
        ConfigurableListableBeanFactory beans,
        Environment environment,
        BrainProperties properties,
        BrainStatus.LastCycle lastCycle) {
    /** Returns the class loader of the application, which sees its own providers and data files. */
    static List<ClassLoader> loaders(ConfigurableListableBeanFactory beans) {
        ClassLoader own = beans.getBeanClassLoader();
        return List.of(own == null ? Brain.class.getClassLoader() : own);
    }

    /**
     * @param bean the name of the bean that the Brain becomes, which is destroyed before the beans that it uses
     * @param store stays open when the Brain is closed
     */
    Brain brain(String bean, Store store) {
        BrainProperties.Claim claim = properties.claim();
        BrainBuilder builder = Brain.builder()
                .environment(environment)
                .pluginLoaders(loaders(beans))
                .queue(store)
                .enabledSites(properties.enabledSites())
                .interval(claim.interval())
                .maxClaims(claim.maxClaims())
                .batchSize(claim.batchSize())
                .pageSize(claim.pageSize())
                .unknownAfter(claim.unknownAfter());
        source(builder);
        properties.profiles().forEach(profile -> profile(builder, profile));
        if (properties.defaultProfile() != null) {
            builder.defaultProfile(properties.defaultProfile());
        }
        SiteRegistry registry = registry(store);
        List<Site> sites = sites();
        if (sites.isEmpty()) {
            builder.sites(registry);
        } else {
            // the Brain checks at once that these sites name what exists
            sites.forEach(builder::site);
        }
        named(ResourceSource.class, bean).forEach(builder::source);
        named(ClaimStrategy.class, bean).forEach(builder::claim);
        named(PayloadBuilder.class, bean).forEach(builder::payload);
        named(BrainListener.class, bean).values().forEach(builder::listener);
        builder.listener(lastCycle);
        beans.getBeanProvider(BrainBuilderCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    /**
     * @param bean the name of the bean that closes the worker, which is destroyed before the beans that the worker uses
     * @param store stays open when the worker is closed
     */
    Worker worker(String bean, Store store) {
        BrainProperties.Worker worker = properties.worker();
        SiteRegistry registry = registry(store);
        WorkerBuilder builder = Worker.builder()
                .environment(environment)
                .pluginLoaders(loaders(beans))
                .queue(store)
                .sites(registry)
                .enabledSites(properties.enabledSites())
                .threads(worker.threads())
                .lease(worker.lease())
                .poll(worker.poll())
                .grace(worker.grace());
        if (worker.owner() != null) {
            builder.owner(worker.owner());
        }
        beans.getBeanProvider(RetryPolicy.class).ifAvailable(builder::retry);
        Map<String, TaskHandler> handlers = named(TaskHandler.class, bean);
        handlers.forEach(builder::handlerNamed);
        for (Site site : registry.sites()) {
            TaskHandler ofItsName = handlers.get(site.id());
            if (ofItsName != null
                    && site.settings().text(WorkerBuilder.HANDLER_SETTING).isEmpty()) {
                builder.handler(site.id(), ofItsName);
            }
        }
        named(BrainListener.class, bean).values().forEach(builder::listener);
        beans.getBeanProvider(WorkerBuilderCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    /** Returns whether a system of record is configured, or a bean takes its place. */
    boolean hasSource() {
        return properties.source().dataSource() != null
                || properties.source().url() != null
                || environment.names().stream().anyMatch(name -> name.startsWith("SQLSERVER_"))
                || beans.containsBean(Site.DEFAULT_PROVIDER);
    }

    /**
     * Requires a system of record if a site is read by SQL. Otherwise each cycle would report that there is none.
     *
     * @throws ConfigurationException if there is none
     */
    void requireSource(Store store) {
        if (hasSource()) {
            return;
        }
        registry(store).sites().stream()
                .filter(site -> site.active() && site.source().equals(Site.DEFAULT_PROVIDER))
                .findFirst()
                .ifPresent(site -> {
                    throw ConfigurationException.ofSite(
                            site.id(),
                            "it is read from a database, and none is configured: set brain.source.data-source to the"
                                    + " name of a DataSource bean (there are: " + new NamedDataSources(beans).names()
                                    + "), or brain.source.url to a JDBC URL");
                });
    }

    private void source(BrainBuilder builder) {
        BrainProperties.Source source = properties.source();
        DataSource dataSource = new NamedDataSources(beans).find("brain.source.data-source", source.dataSource());
        if (dataSource != null) {
            if (source.url() == null) {
                builder.database(dataSource);
            } else {
                builder.database(source.url(), dataSource);
            }
        }
    }

    private static void profile(BrainBuilder builder, Resource profile) {
        try {
            builder.profile(profile.getURL());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "brain.profiles names " + profile.getDescription() + ", which can't be read: " + e.getMessage(), e);
        }
    }

    /** Returns the registry of the application, else its sites, else those of the store. */
    private SiteRegistry registry(Store store) {
        List<Site> sites = sites();
        SiteRegistry own = beans.getBeanProvider(SiteRegistry.class).getIfAvailable();
        if (own != null && !sites.isEmpty()) {
            throw new ConfigurationException("there are beans of Site and a SiteRegistry bean: use one of the two");
        }
        return own != null ? own : sites.isEmpty() ? store.sites() : SiteRegistry.of(sites);
    }

    private List<Site> sites() {
        return beans.getBeanProvider(Site.class).orderedStream().toList();
    }

    private <T> Map<String, T> named(Class<T> type, String user) {
        Map<String, T> found = beans.getBeansOfType(type);
        found.keySet().forEach(name -> beans.registerDependentBean(name, user));
        return found;
    }
}
