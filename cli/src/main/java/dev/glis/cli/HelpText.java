package dev.glis.cli;

/** The overview of all commands. Each command's own help comes from its class. */
final class HelpText {
    static final String ALL =
            """
            Usage: glis COMMAND [ARGUMENT...]

            The cloud
              up          build if needed and start the cloud; --detach returns when it answers
              down        stop it
              status      what runs, what sleeps, memory, versions, addresses
              env         export lines for AWS tools: eval "$(glis env)"

            Functions
              deploy      deploy a folder, or what its glis.yaml declares
              invoke      run a function, its result to standard output
              logs        what a function printed; --follow shows it as it comes
              ls          list functions
              rm          remove a function

            APIs
              api         APIs with routes, stages and domains, their usage, logs and subscribers
              app         applications that call APIs, and their secrets
              plan        how much subscribers may do

            Accounts
              account     tenants and their quotas
              user        users of an account
              policy      what users may do
              key         access keys
              usage       what functions used

            This repository
              build       build what has changed; build DIR makes a container image
              check       set up what tests need and run all of them

            'glis COMMAND --help' explains one of them. Every command finds its server by --data DIR,
            else GLIS_DATA, else ~/.glis.
            """;

    private HelpText() {}
}
