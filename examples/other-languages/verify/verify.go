// verify(body, signature, secrets) for VideoCloud webhooks, and a check of it against vectors.json.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

// verify reports whether one of the secrets signed these raw bytes.
func verify(body []byte, signature string, secrets []string) bool {
	given, err := hex.DecodeString(signature)
	if err != nil || len(given) != sha256.Size {
		return false
	}
	valid := false
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		valid = hmac.Equal(mac.Sum(nil), given) || valid
	}
	return valid
}

// receive answers 401 to what is not signed, and hands the rest to handle.
func receive(secrets []string, handle func(body []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		signatures := r.Header.Values("X-VideoCloud-Signature")
		if len(signatures) != 1 || !verify(body, signatures[0], secrets) {
			http.Error(w, "not signed", http.StatusUnauthorized)
			return
		}
		if err := handle(body); err != nil {
			http.Error(w, "try again", http.StatusInternalServerError)
		}
	}
}

func main() {
	var file struct {
		Vectors []struct {
			Name      string
			Body      []byte
			Signature string
			Secrets   []string
		}
	}
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(text, &file)
	}
	if err != nil {
		panic(err)
	}
	for _, vector := range file.Vectors {
		verdict := "refused"
		if verify(vector.Body, vector.Signature, vector.Secrets) {
			verdict = "valid"
		}
		fmt.Println(vector.Name, verdict)
	}
}
