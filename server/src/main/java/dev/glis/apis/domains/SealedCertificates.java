package dev.glis.apis.domains;

import dev.glis.accounts.SecretBox;
import dev.glis.net.TlsIdentity;
import java.security.KeyPair;

/** Private keys as the store has them: encrypted, each under the name of what it belongs to. */
public final class SealedCertificates {
    private final SecretBox box;

    public SealedCertificates(SecretBox box) {
        this.box = box;
    }

    byte[] seal(String host, String privateKey) {
        return box.encrypt(privateKey, "domain/" + host);
    }

    TlsIdentity open(String host, DomainTables.Sealed sealed) throws TlsIdentity.Unusable {
        return TlsIdentity.of(
                sealed.certificates(), box.decrypt(sealed.privateKey(), "domain/" + host));
    }

    byte[] sealOrder(String host, KeyPair keys) {
        return box.encrypt(KeyPairs.text(keys), "order/" + host);
    }

    KeyPair openOrder(String host, byte[] sealed) {
        return KeyPairs.parse(box.decrypt(sealed, "order/" + host));
    }

    byte[] sealAccount(String directory, KeyPair keys) {
        return box.encrypt(KeyPairs.text(keys), "acme/" + directory);
    }

    KeyPair openAccount(String directory, byte[] sealed) {
        return KeyPairs.parse(box.decrypt(sealed, "acme/" + directory));
    }
}
