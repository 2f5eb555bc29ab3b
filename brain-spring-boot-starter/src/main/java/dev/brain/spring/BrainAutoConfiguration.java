package dev.brain.spring;

import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import dev.brain.work.Worker;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Sets Brain up in a Spring Boot application: a {@link Store}, a {@link Brain}, and the life cycle of claiming and working,
 * each of which a property enables. A bean of the application replaces the one of its type.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBooleanProperty(name = "brain.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BrainProperties.class)
public final class BrainAutoConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(BrainAutoConfiguration.class);

    /** For Spring. */
    public BrainAutoConfiguration() {}

    /** What providers read as environment variables. */
    @Bean
    @ConditionalOnMissingBean
    Environment brainEnvironment(ConfigurableEnvironment spring, BrainProperties properties) {
        return BrainVariables.of(spring, properties);
    }

    @Bean
    BrainParts brainParts(ConfigurableListableBeanFactory beans, Environment environment, BrainProperties properties) {
        return new BrainParts(beans, environment, properties);
    }

    /** The store with the queue, opened after the tools that prepare databases have run. */
    @Bean
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    Store brainStore(ConfigurableListableBeanFactory beans, Environment environment, BrainProperties properties) {
        BrainProperties.Queue queue = properties.queue();
        NamedDataSources dataSources = new NamedDataSources(beans);
        DataSource dataSource = dataSources.find("brain.queue.data-source", queue.dataSource());
        if (dataSource == null && queue.url() == null) {
            throw new ConfigurationException("no queue is configured: set brain.queue.data-source to the name of a"
                    + " DataSource bean (there are: " + dataSources.names()
                    + "), or brain.queue.url to a JDBC URL like jdbc:sqlite:queue.db");
        }
        return Store.open(
                options(queue.url(), dataSource)
                        .withAccess(queue.schema().access())
                        .withEnvironment(environment),
                BrainParts.loaders(beans));
    }

    private static Store.Options options(@Nullable String url, @Nullable DataSource dataSource) {
        if (url == null) {
            return Store.Options.of(dataSource);
        }
        Store.Options options = Store.Options.of(url);
        return dataSource == null ? options : options.withDataSource(dataSource);
    }

    /** Made when claiming is enabled, or when another bean asks for it. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    Brain brain(BrainParts parts, Store store) {
        return parts.brain(store);
    }

    @Bean
    @ConditionalOnBooleanProperty("brain.claim.enabled")
    PartLifecycle brainClaimLifecycle(ObjectProvider<Brain> brain, Store store, BrainProperties properties) {
        return new PartLifecycle("claiming", properties.phase(), () -> {
            Brain started = brain.getObject();
            started.start();
            LOG.info("Brain claims every {}", properties.claim().interval());
            return started;
        });
    }

    @Bean
    @ConditionalOnBooleanProperty("brain.worker.enabled")
    PartLifecycle brainWorkerLifecycle(BrainParts parts, Store store, BrainProperties properties) {
        return new PartLifecycle("working", properties.phase(), () -> {
            Worker worker = parts.worker(store);
            worker.start();
            return worker;
        });
    }
}
