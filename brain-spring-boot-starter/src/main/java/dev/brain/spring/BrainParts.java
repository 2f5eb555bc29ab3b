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
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.io.Resource;

/**
 * Builds a Brain and a worker from the application's beans and properties. Beans are chosen by their names where sites name
 * what they use.
 */
record BrainParts(ConfigurableListableBeanFactory beans, Environment environment, BrainProperties properties) {
    /** Returns the class loader of the application, which sees its own providers and data files. */
    static List<ClassLoader> loaders(ConfigurableListableBeanFactory beans) {
        ClassLoader own = beans.getBeanClassLoader();
        return List.of(own == null ? Brain.class.getClassLoader() : own);
    }

    /** @param store stays open when the Brain is closed */
    Brain brain(Store store) {
        BrainProperties.Claim claim = properties.claim();
        BrainBuilder builder = Brain.builder()
                .environment(environment)
                .pluginLoaders(loaders(beans))
                .queue(store)
                .enabledSites(properties.sites())
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
        List<Site> sites = sites();
        if (sites.isEmpty()) {
            builder.sites(registry(store));
        } else {
            sites.forEach(builder::site);
        }
        named(ResourceSource.class).forEach(builder::source);
        named(ClaimStrategy.class).forEach(builder::claim);
        named(PayloadBuilder.class).forEach(builder::payload);
        listeners().forEach(builder::listener);
        return builder.build();
    }

    /** Returns a worker on a store, which stays open when the worker is closed. */
    Worker worker(Store store) {
        BrainProperties.Worker worker = properties.worker();
        SiteRegistry registry = registry(store);
        WorkerBuilder builder = Worker.builder()
                .environment(environment)
                .pluginLoaders(loaders(beans))
                .queue(store)
                .sites(registry)
                .enabledSites(properties.sites())
                .threads(worker.threads())
                .lease(worker.lease())
                .poll(worker.poll())
                .grace(worker.grace());
        if (worker.owner() != null) {
            builder.owner(worker.owner());
        }
        beans.getBeanProvider(RetryPolicy.class).ifAvailable(builder::retry);
        Map<String, TaskHandler> handlers = named(TaskHandler.class);
        handlers.forEach(builder::handlerNamed);
        registry.sites().stream()
                .filter(site ->
                        site.settings().text(WorkerBuilder.HANDLER_SETTING).isEmpty())
                .filter(site -> handlers.containsKey(site.id()))
                .forEach(site -> builder.handler(site.id(), handlers.get(site.id())));
        listeners().forEach(builder::listener);
        return builder.build();
    }

    private void source(BrainBuilder builder) {
        BrainProperties.Source source = properties.source();
        DataSource dataSource =
                new NamedDataSources(beans).find("brain.source.data-source", source.dataSource());
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

    private Stream<BrainListener> listeners() {
        return beans.getBeanProvider(BrainListener.class).orderedStream();
    }

    private <T> Map<String, T> named(Class<T> type) {
        return beans.getBeansOfType(type);
    }
}
