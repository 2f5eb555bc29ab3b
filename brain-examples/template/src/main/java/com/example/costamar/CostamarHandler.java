package com.example.costamar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.error.ConfigurationException;
import dev.brain.plugin.ProviderContext;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskHandler;
import dev.brain.work.TaskOutcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Files cases through Costamar's form. */
public final class CostamarHandler implements TaskHandler {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LONGEST).build();
    private final String address;

    CostamarHandler(String address) {
        this.address = address;
    }

    @Override
    public TaskOutcome handle(TaskContext context) throws Exception {
        JsonNode payload = context.payload();
        String path = "/cases/" + payload.get("expediente_any").asInt() + "/"
                + payload.get("expediente_num").asInt();
        // an exception here is a technical failure: nothing was submitted, and the task is tried again
        HttpResponse<String> found = send(request(path).GET().build());
        if (found.statusCode() == 404) {
            return TaskOutcome.businessFailure("CASE_UNKNOWN", "Costamar has no case with this number");
        }
        require(found, 200);
        context.progress("the case is open");
        // runs once for the task; a later attempt gets the stored receipt
        JsonNode receipt = context.submit("plea", () -> {
            HttpRequest plea = request(path + "/pleas")
                    .POST(BodyPublishers.ofString(payload.toString()))
                    .build();
            return require(send(plea), 201).body();
        });
        return TaskOutcome.done(receipt);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(LONGEST);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> require(HttpResponse<String> response, int status) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException("Costamar answered with the status " + response.statusCode());
        }
        return response;
    }

    /** What the services file names, and a site calls by its name in the setting "handler". */
    public static final class Provider implements TaskHandler.Provider {
        @Override
        public String name() {
            return "costamar";
        }

        @Override
        public TaskHandler create(ProviderContext context) {
            return new CostamarHandler(context.environment()
                    .get("COSTAMAR_URL")
                    .orElseThrow(() -> new ConfigurationException("set COSTAMAR_URL to the address of the form")));
        }
    }
}
