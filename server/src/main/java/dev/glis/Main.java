package dev.glis;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts the cloud and stops it on SIGTERM or SIGINT. */
public final class Main {
    static final String VERSION = version();

    private Main() {}

    /**
     * Exit codes: 0 stopped in order, 1 could not start, 2 wrong settings.
     *
     * @param arguments the flags of {@link Settings}
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            var settings = Settings.read(List.of(arguments), System.getenv());
            var cloud = Cloud.start(settings, Clock.system());
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform()
                                    .name("glis-stop")
                                    .unstarted(
                                            () -> {
                                                cloud.close();
                                                stopped.countDown();
                                            }));
            System.err.println(cloud.greeting());
            stopped.await();
        } catch (Fault fault) {
            System.err.println("glis: " + fault.text() + because(fault));
            System.exit(fault.kind() == Fault.Kind.INVALID ? 2 : 1);
        }
    }

    /** The cause, unless the fault names it itself. */
    private static String because(Fault fault) {
        Throwable cause = fault.getCause();
        String why = cause == null ? null : cause.getMessage();
        return why == null || fault.text().contains(why) ? "" : ": " + why;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
