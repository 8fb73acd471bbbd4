package dev.glis.accounts;

/**
 * Who makes a request.
 *
 * @param accountId 12 digits
 * @param accessKeyId of the key that signed
 * @param arn {@code arn:aws:iam::ACCOUNT:root} or {@code arn:aws:iam::ACCOUNT:user/NAME}
 * @param userId {@code ACCOUNT} for the account's root, else the user's own ID
 */
public record Principal(String accountId, String accessKeyId, String arn, String userId) {
    /** Whether it is the account's root, which may do everything in its account. */
    public boolean isAccountRoot() {
        return arn.endsWith(":root");
    }
}
