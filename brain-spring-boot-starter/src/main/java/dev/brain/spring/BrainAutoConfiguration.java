package dev.brain.spring;

import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import dev.brain.work.Worker;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
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
 *
 * @stability evolving
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnBooleanProperty(name = "brain.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BrainProperties.class)
public final class BrainAutoConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(BrainAutoConfiguration.class);

    private static final String BRAIN = "brain";
    private static final String CLAIMING = "brainClaiming";
    private static final String WORKING = "brainWorking";

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
        return new BrainParts(beans, environment, properties, new BrainStatus.LastCycle());
    }

    @Bean
    BrainStatus brainStatus(
            Store store,
            BrainParts parts,
            @Qualifier(CLAIMING) ObjectProvider<PartLifecycle> claiming,
            @Qualifier(WORKING) ObjectProvider<PartLifecycle> working) {
        Map<String, PartLifecycle> enabled = new LinkedHashMap<>();
        claiming.ifAvailable(part -> enabled.put("claiming", part));
        working.ifAvailable(part -> enabled.put("working", part));
        return new BrainStatus(store, enabled, parts.lastCycle());
    }

    /** The store with the queue, opened after the tools that prepare databases have run. */
    @Bean
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    Store brainStore(ConfigurableListableBeanFactory beans, Environment environment, BrainProperties properties) {
        BrainProperties.Queue queue = properties.queue();
        NamedDataSources dataSources = new NamedDataSources(beans);
        DataSource dataSource = dataSources.find("brain.queue.data-source", queue.dataSource());
        Store.Options options;
        if (dataSource != null) {
            options = queue.url() == null
                    ? Store.Options.of(dataSource)
                    : Store.Options.of(queue.url()).withDataSource(dataSource);
        } else if (queue.url() != null) {
            options = Store.Options.of(queue.url());
        } else {
            throw new ConfigurationException("no queue is configured: set brain.queue.data-source to the name of a"
                    + " DataSource bean (there are: " + dataSources.names()
                    + "), or brain.queue.url to a JDBC URL like jdbc:sqlite:queue.db");
        }
        return Store.open(
                options.withAccess(queue.schema().access()).withEnvironment(environment), BrainParts.loaders(beans));
    }

    /** Made when claiming is enabled, or when another bean asks for it. */
    @Bean(BRAIN)
    @Lazy
    @ConditionalOnMissingBean
    Brain brain(BrainParts parts, Store store) {
        return parts.brain(BRAIN, store);
    }

    @Bean(CLAIMING)
    @ConditionalOnBooleanProperty("brain.claim.enabled")
    PartLifecycle brainClaiming(
            ObjectProvider<Brain> brain, BrainParts parts, Store store, BrainProperties properties) {
        return new PartLifecycle("claiming", properties.phase(), () -> {
            parts.requireSource(store);
            Brain started = brain.getObject();
            started.start();
            LOG.info("Brain claims every {}", properties.claim().interval());
            return started;
        });
    }

    @Bean(WORKING)
    @ConditionalOnBooleanProperty("brain.worker.enabled")
    PartLifecycle brainWorking(BrainParts parts, Store store, BrainProperties properties) {
        return new PartLifecycle("working", properties.phase(), () -> {
            Worker worker = parts.worker(WORKING, store);
            worker.start();
            return worker;
        });
    }
}
