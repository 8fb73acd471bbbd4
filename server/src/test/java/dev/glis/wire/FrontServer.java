package dev.glis.wire;

import dev.glis.accounts.StoredAccounts;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.net.EventLoops;
import dev.glis.net.HttpLimits;
import dev.glis.net.HttpListener;
import dev.glis.net.ListenAddress;
import dev.glis.store.testing.TestStore;
import dev.glis.wire.sts.StsAdapter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;

/** The listener, the front and STS alone, to be tried by hand with real clients. */
final class FrontServer {
    private FrontServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        Clock clock = Clock.system();
        var ids = new Ids(clock);
        try (var testStore = TestStore.open(StoredAccounts.MIGRATIONS);
                var accounts =
                        new StoredAccounts(
                                testStore.store(),
                                testStore.folder().resolve("secrets.key"),
                                ids,
                                clock);
                var loops = new EventLoops();
                var virtualThreads = Executors.newVirtualThreadPerTaskExecutor()) {
            var key = accounts.bootstrap().orElseThrow();
            var front =
                    new ApiFront(
                            accounts.authenticator("us-east-1", Set.of("sts")),
                            List.of(new StsAdapter(ids)),
                            ids,
                            virtualThreads);
            try (var listener =
                    new HttpListener(
                            loops,
                            new ListenAddress("127.0.0.1", 0, "--port"),
                            HttpLimits.standard(),
                            front,
                            clock)) {
                listener.start();
                System.out.println(
                        "export AWS_ENDPOINT_URL=http://127.0.0.1:"
                                + listener.port()
                                + " AWS_ACCESS_KEY_ID="
                                + key.accessKeyId()
                                + " AWS_SECRET_ACCESS_KEY="
                                + key.secretAccessKey()
                                + " AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1");
                Thread.currentThread().join();
            }
        }
    }
}
