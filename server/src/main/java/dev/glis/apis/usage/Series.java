package dev.glis.apis.usage;

/**
 * What calls that are counted together have in common.
 *
 * @param clientId empty when no client was recognised
 * @param status from 100 to 599; 0 for any other, so that no backend makes series at will
 */
record Series(
        String accountId, String apiId, String stage, String route, String clientId, int status) {
    /** The route and client of what went beyond the number of series. */
    static final String OTHER = "(other)";

    static Series of(Served response) {
        return new Series(
                response.accountId(),
                response.apiId(),
                response.stage(),
                response.route(),
                response.clientId() == null ? "" : response.clientId(),
                response.status() >= 100 && response.status() < 600 ? response.status() : 0);
    }

    /** The series in which these calls count where there are too many to tell their clients. */
    Series withoutClient() {
        return new Series(accountId, apiId, stage, route, OTHER, status);
    }

    /** The series in which these calls count where there are too many to tell their routes, too. */
    Series withoutRoute() {
        return new Series(accountId, apiId, stage, OTHER, OTHER, status);
    }

    /** What a call of this series has in the place of a dimension. */
    String value(UsageDimension dimension) {
        return switch (dimension) {
            case STAGE -> stage;
            case ROUTE -> route;
            case CLIENT -> clientId;
            case STATUS -> Integer.toString(status);
        };
    }
}
