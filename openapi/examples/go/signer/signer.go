// Package signer signs requests as IAMPASS asks for it ("Authentication Protocol 1").
package signer

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Sign makes the headers for a URL (as sent, without `scheme://`), a nonce and a time in Unix seconds.
func Sign(id, secret, signedURL string, nonce, timestamp uint64) map[string]string {
	token := sha256.Sum256([]byte(fmt.Sprintf("%d%s", nonce, secret)))
	mac := hmac.New(sha256.New, token[:16])
	fmt.Fprintf(mac, "%d%s%d", nonce, signedURL, timestamp)
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil)[:16])
	return map[string]string{
		"Authentication":                     fmt.Sprintf("hmac %s:%d:%s", id, nonce, signature),
		"X-IAMPASS-Authentication-Timestamp": fmt.Sprint(timestamp),
		"X-IAMPASS-Authentication-Version":   "1",
		"X-IAMOASS-Authentication-Version":   "1",
	}
}

// SignedURL is what net/http puts into the Host header and the request line.
func SignedURL(u *url.URL) string { return u.Host + u.RequestURI() }

// Transport signs each request: `http.Client{Transport: signer.Transport{ID: …, Secret: …}}`.
type Transport struct{ ID, Secret string }

func (t Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	var nonce [8]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, err
	}
	signed := request.Clone(request.Context())
	n, now := binary.BigEndian.Uint64(nonce[:]), uint64(time.Now().Unix())
	for name, value := range Sign(t.ID, t.Secret, SignedURL(signed.URL), n, now) {
		signed.Header.Set(name, value)
	}
	signed.Header.Set("Cache-Control", "no-cache")
	return http.DefaultTransport.RoundTrip(signed)
}
