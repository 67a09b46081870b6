// Replays the signing vectors. Argument: signing-vectors.json.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"os"
	"strconv"
	"strings"

	"example/signer"
)

type vectors struct {
	Positive []struct {
		Name, URL, Nonce, Timestamp string
		ID, Secret                  string
		SignedURL                   string            `json:"signed_url"`
		Headers                     map[string]string `json:"headers"`
	}
	Negative []struct {
		Name, Reason string
		Secrets      map[string]string
		Request      struct {
			URL     string
			Headers [][2]string
		}
	}
}

func number(text string) uint64 {
	value, err := strconv.ParseUint(text, 10, 64)
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var all vectors
	must(json.Unmarshal(text, &all))
	for _, v := range all.Positive {
		u, err := url.Parse(v.URL)
		must(err)
		if signed := signer.SignedURL(u); signed != v.SignedURL {
			log.Fatalf("%s: signed URL %q, expected %q", v.Name, signed, v.SignedURL)
		}
		made := signer.Sign(v.ID, v.Secret, v.SignedURL, number(v.Nonce), number(v.Timestamp))
		if fmt.Sprint(made) != fmt.Sprint(v.Headers) {
			log.Fatalf("%s: made %v, expected %v", v.Name, made, v.Headers)
		}
	}
	wrong := 0
	for _, v := range all.Negative {
		if v.Reason != "signature_mismatch" {
			continue
		}
		wrong++
		headers := map[string]string{}
		for _, pair := range v.Request.Headers {
			headers[pair[0]] = pair[1]
		}
		parts := strings.Split(strings.TrimPrefix(headers["Authentication"], "hmac "), ":")
		_, signedURL, _ := strings.Cut(v.Request.URL, "://")
		time := number(headers["X-IAMPASS-Authentication-Timestamp"])
		made := signer.Sign(parts[0], v.Secrets[parts[0]], signedURL, number(parts[1]), time)
		if made["Authentication"] == headers["Authentication"] {
			log.Fatalf("%s: signed alike", v.Name)
		}
	}
	if len(all.Positive) == 0 || wrong == 0 {
		log.Fatal("no vectors")
	}
	fmt.Printf("%d vectors signed alike, %d wrong signatures told apart\n", len(all.Positive), wrong)
}
