// A private authority and a certificate of it for this machine. The key is published here, so that it proves nothing to anybody:
// never trust them outside of these examples.

/** The authority's own certificate, valid from 2020 to 2120, which whoever wants to reach the server has to trust. */
export const ca = `-----BEGIN CERTIFICATE-----
MIIBbDCCARGgAwIBAgIBATAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlBdXRob3Jp
dHkgb2YgdGhlIGV4YW1wbGVzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAkMSIwIAYDVQQDDBlBdXRob3JpdHkgb2YgdGhlIGV4YW1wbGVzMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAEiDWt1qqS/JISbC9qXHqsSgDsPfthCBYd8jXq
qsdcWX0TGMo3u5bt++ZVq1xiYdAsKPbi760gvjBM3VENn4KXUqMyMDAwDwYDVR0T
AQH/BAUwAwEB/zAdBgNVHQ4EFgQUS6V9HcFXe3mpHkPAfX30bDPLNfEwCgYIKoZI
zj0EAwIDSQAwRgIhAKqpaGGwd71SRe6aEDtb+NV80BKGn3Qh2faZHlDyqOb7AiEA
rKm1Zc3RBrGNW/D0gmORY7mMaCXKdmBhY5JwvHwjtR0=
-----END CERTIFICATE-----
`

/** The server's, for `localhost` and `127.0.0.1`. */
export const cert = `-----BEGIN CERTIFICATE-----
MIIBkjCCATigAwIBAgIBAjAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlBdXRob3Jp
dHkgb2YgdGhlIGV4YW1wbGVzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAST3VqaWpW0aUUwVPoLighGczRzkaxxFNp0JGEEfTnUkK5/v+FlaHtA7FTm
lXWAuKwUn/m6Q0OSNBZAcvfqqqHSo2kwZzAJBgNVHRMEAjAAMBoGA1UdEQQTMBGC
CWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUTjvTaWYYCPRG/XBgAqHgiOH4AFIw
HwYDVR0jBBgwFoAUS6V9HcFXe3mpHkPAfX30bDPLNfEwCgYIKoZIzj0EAwIDSAAw
RQIhAIK6VjqKGOrTKQIh3F7rZrf58y5HMRWOQRrfSrnQ8uuVAiAQkjivaZx9Uy+1
o7DQ5kCtN7sK6Xn4H67/NL7wPO8aNg==
-----END CERTIFICATE-----
`

/** The server's key. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYJayeYfSGygLS6Yd
UGIIh9eHF3h/UXuD3YzJ+aJq1y6hRANCAAST3VqaWpW0aUUwVPoLighGczRzkaxx
FNp0JGEEfTnUkK5/v+FlaHtA7FTmlXWAuKwUn/m6Q0OSNBZAcvfqqqHS
-----END PRIVATE KEY-----
`
