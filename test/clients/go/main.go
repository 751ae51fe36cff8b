// The AWS SDK for Go v2, unmodified, making the calls that it reads: walk ENDPOINT. A call a line in, what it saw a line out.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
)

const region = "us-east-1"

type call struct {
	Service     string
	Operation   string
	Input       json.RawMessage
	Credentials *keys
}

type keys struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

type seen struct {
	Output any      `json:"output,omitempty"`
	Error  *refusal `json:"error,omitempty"`
}

type refusal struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

func main() {
	if err := walk(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func walk(endpoint string) error {
	pipelines := codepipeline.New(codepipeline.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked call
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		output, err := ask(pipelines, endpoint, asked)
		told, err := tell(output, err)
		if err != nil {
			return fmt.Errorf("%s: %w", asked.Operation, err)
		}
		if err := answers.Encode(told); err != nil {
			return err
		}
	}
	return lines.Err()
}

func ask(pipelines *codepipeline.Client, endpoint string, asked call) (any, error) {
	if asked.Service == "s3" {
		return store(endpoint, asked)
	}
	return send(pipelines, asked.Operation, asked.Input)
}

// send calls the method of the client that bears the operation's name, with the input that this method takes.
func send(pipelines *codepipeline.Client, operation string, input json.RawMessage) (any, error) {
	method := reflect.ValueOf(pipelines).MethodByName(operation)
	if !method.IsValid() {
		return nil, fmt.Errorf("the SDK has no method %s", operation)
	}
	given := reflect.New(method.Type().In(1).Elem())
	if err := decode(input, given.Interface()); err != nil {
		return nil, err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), given})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	return plain(results[0]), nil
}
